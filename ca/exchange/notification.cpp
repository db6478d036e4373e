#include "ca/exchange/notification.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "ca/base/duration.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/json.hpp"

namespace halfday {
namespace {

constexpr JsonLimits kKnownReasonsLimits{kMostKnownReasonsBytes, 1'000'000};
constexpr std::size_t kMostShown = 50;

bool is_number(const std::string& word) { return word.find_first_not_of("-0123456789,.:;") == std::string::npos; }

bool is_unit(const std::string& word) {
    constexpr std::array<std::string_view, 5> kUnits{"d", "h", "min", "s", "%"};
    const std::string_view bare = std::string_view(word).substr(0, word.find_last_not_of(".,:;)") + 1);
    return std::find(kUnits.begin(), kUnits.end(), bare) != kUnits.end();
}

/// A text without its numbers, their units and its moments.
std::string without_numbers(const std::string& text) {
    std::istringstream words(text);
    std::string kept;
    bool after_number = false;
    for (std::string word; words >> word;) {
        const std::size_t digit = word.find_first_of("0123456789");
        if (digit != std::string::npos && digit == word.find_first_not_of("-(")) {
            after_number = is_number(word);
        } else if (!after_number || !is_unit(word)) {
            kept += (kept.empty() ? "" : " ") + word;
            after_number = false;
        }
    }
    return kept;
}

KnownReason& entry_for(std::vector<KnownReason>& known, const std::string& key, Time now) {
    const auto found =
        std::lower_bound(known.begin(), known.end(), key,
                         [](const KnownReason& each, const std::string& wanted) { return each.key < wanted; });
    if (found != known.end() && found->key == key) return *found;
    return *known.insert(found, {.key = key, .since = now, .seen = now});
}

bool is_to_be_told(const Reason& reason, const KnownReason& known, Time now) {
    const bool is_ripe = reason.health == Health::critical || now - known.since >= kMayPass;
    const bool was_told = known.told && *known.told <= now && now - *known.told < kTellAgain;
    return is_ripe && !was_told;
}

}  // namespace

std::vector<Reason> reasons_of(const Fleet& fleet, const std::vector<std::string>& failed_steps) {
    std::vector<Reason> reasons;
    for (const auto* lines : {&failed_steps, &fleet.problems}) {
        for (const std::string& line : *lines) {
            reasons.push_back({without_numbers(line), line, Health::critical});
        }
    }
    for (const FleetRow& row : fleet.rows) {
        if (row.health == Health::fine) continue;
        const std::string entry = row.host.text() + "/" + row.entry.text() + ": ";
        const std::string problem = row.problem.empty() ? "what it serves ends soon" : row.problem;
        const std::string until = row.not_after ? "; it serves a certificate until " + format_time(*row.not_after)
                                                : "; it serves no certificate";
        const std::string next = row.next.empty() ? "" : "\n    next: " + row.next;
        reasons.push_back(
            {entry + without_numbers(problem), fmt::format("{}{}{}{}", entry, problem, until, next), row.health});
    }
    return reasons;
}

Notification notification_for(const std::vector<Reason>& reasons, std::vector<KnownReason> known, Time now) {
    std::sort(known.begin(), known.end(), [](const auto& left, const auto& right) { return left.key < right.key; });
    bool is_news = false;
    for (const Reason& reason : reasons) {
        KnownReason& each = entry_for(known, reason.key, now);
        each.seen = now;
        each.since = std::min(each.since, now);
        is_news = is_news || is_to_be_told(reason, each, now);
    }
    const auto is_over = [&](const KnownReason& each) { return now - each.seen >= kOver; };
    const auto is_told = [](const KnownReason& each) { return each.told.has_value(); };
    const bool told_is_over =
        std::any_of(known.begin(), known.end(), [&](const auto& each) { return is_over(each) && is_told(each); });
    std::erase_if(known, is_over);
    if (is_news) {
        std::set<std::string_view> told;
        for (const Reason& reason : reasons) told.insert(reason.key);
        for (KnownReason& each : known) {
            if (told.contains(each.key)) each.told = now;
        }
        return {Notification::What::trouble, std::move(known)};
    }
    const bool is_well = told_is_over && std::none_of(known.begin(), known.end(), is_told);
    return {is_well ? Notification::What::over : Notification::What::nothing, std::move(known)};
}

std::string notification_text(std::string_view box, Notification::What what, const std::vector<Reason>& reasons,
                              const std::optional<Time>& first_dark, Time now) {
    if (what == Notification::What::over) {
        return fmt::format("halfday on {}: what was wrong is over{}\n", box,
                           reasons.empty() ? "" : "; what is new has not lasted yet (halfday status)");
    }
    const std::string dark =
        first_dark
            ? (*first_dark > now ? "the first host goes dark in " + describe_span(*first_dark - now) : "a host is dark")
            : "no host serves a certificate";
    std::string text = fmt::format("halfday on {}: {} {} wrong; {}\n\n", box, reasons.size(),
                                   reasons.size() == 1 ? "thing is" : "things are", dark);
    for (std::size_t i = 0; i < std::min(reasons.size(), kMostShown); ++i) {
        text += reasons[i].text + "\n";
    }
    if (reasons.size() > kMostShown) text += fmt::format("… and {} more\n", reasons.size() - kMostShown);
    return text + "\nhalfday status shows all of it, and halfday status --why HOST one host's last cycle.\n";
}

std::string to_json(const std::vector<KnownReason>& known) {
    return JsonWriter()
        .list("reasons", known,
              [](JsonWriter& object, const KnownReason& each) {
                  object.text("key", each.key).numeric_date("since", each.since).numeric_date("seen", each.seen);
                  object.numeric_date("told", each.told);
              })
        .finish();
}

std::vector<KnownReason> parse_known_reasons(std::string_view json) {
    std::vector<KnownReason> known;
    for (JsonObject& each : parse_json(json, kKnownReasonsLimits).objects("reasons")) {
        known.push_back(
            {each.text("key"), each.numeric_date("since"), each.numeric_date("seen"), each.find_numeric_date("told")});
    }
    return known;
}

}  // namespace halfday
