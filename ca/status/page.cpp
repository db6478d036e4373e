#include "ca/status/page.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "ca/base/duration.hpp"
#include "ca/base/escape.hpp"
#include "ca/status/mustache.hpp"
#include "ca/status/page_charts.hpp"
#include "ca/status/page_html.hpp"
#include "ca/status/runway_text.hpp"
#include "ca/status/selection.hpp"
#include "ca/status/summary.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

using nlohmann::json;

json some(std::size_t count) { return count == 0 ? json(nullptr) : json(count); }

json text_or_null(const std::optional<Time>& time) { return time ? json(format_time(*time)) : json(nullptr); }

std::string ran(const char* who, const std::optional<Time>& at, Time now) {
    if (!at) return fmt::format("{} never", who);
    return *at <= now ? fmt::format("{} {} ago", who, describe_span(now - *at))
                      : fmt::format("{} at {}", who, format_time(*at));  // by another clock
}

/// The base64 of the SHA-256 of what is between the tags, as a Content-Security-Policy has it.
std::string hash_of(std::string_view begin_tag, std::string_view end_tag) {
    const std::size_t begin = kPageHtml.find(begin_tag) + begin_tag.size();
    const Sha256 hash = sha256(kPageHtml.substr(begin, kPageHtml.find(end_tag) - begin));
    return to_base64({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

json answers(const Fleet& fleet, const FleetSummary& summary, Time now) {
    json next_dark = nullptr;
    if (summary.next_dark != nullptr) {
        const FleetRow& row = *summary.next_dark;
        next_dark = {{"left", describe_span(*row.not_after - now)},
                     {"host", row.host.text()},
                     {"entry", row.entry.text()},
                     {"at", format_time(*row.not_after)}};
    }
    json ceremony = nullptr;
    if (const auto& next = summary.next_ceremony) {
        ceremony = {{"when", next->due <= now ? "now" : "in " + describe_span(next->due - now)},
                    {"what", describe(*next)},
                    {"due", format_time(next->due)}};
    }
    return {{"style_sha256", hash_of("<style>", "</style>")},
            {"script_sha256", hash_of("<script>", "</script>")},
            {"at", format_time(now)},
            {"health", word_of(fleet.health)},
            {"is_empty", fleet.rows.empty()},
            {"hosts", summary.hosts},
            {"certificates", summary.certificates},
            {"served", summary.served},
            {"dark", some(summary.dark)},
            {"critical", some(summary.critical)},
            {"warning", some(summary.warning)},
            {"next_dark", next_dark},
            {"next_ceremony", ceremony},
            {"issuer_ran", ran("halfday-issuer", fleet.issuer_ran, now)},
            {"distributor_ran", ran("", fleet.distributor_ran, now)},
            {"last_key_ends", text_or_null(fleet.last_key_ends)},
            {"intermediate_not_after", text_or_null(fleet.intermediate_not_after)}};
}

json events_of(const EntryStory& story) {
    json events = json::array();
    for (const CycleEvent& event : story.events) {
        const char* const whose = event.clock == CycleEvent::Whose::host ? "host: " : "";
        events.push_back({{"at", event.at ? format_time(*event.at) : "-"},
                          {"after", event.after ? fmt::format("+{} ms", event.after->count()) : ""},
                          {"text", whose + event.text}});
    }
    return events;
}

json story_of(const FleetRow& row, const std::vector<HostStory>& stories) {
    for (const HostStory& story : stories) {
        if (story.host != row.host) continue;
        for (const EntryStory& entry : story.entries) {
            if (entry.entry == row.entry) return {{"end", entry.end}, {"events", events_of(entry)}};
        }
    }
    return nullptr;
}

std::string left_text(const FleetRow& row, Time now) {
    if (!row.not_after) return "nothing is served";
    return *row.not_after <= now ? "ended " + describe_span(now - *row.not_after) + " ago"
                                 : describe_span(*row.not_after - now) + " left";
}

json failing(const Fleet& fleet, const std::vector<HostStory>& stories, Time now) {
    json list = json::array();
    for (const FleetRow& row : fleet.rows) {
        if (row.health == Health::fine || list.size() == kMostStories) break;
        list.push_back({{"host", row.host.text()},
                        {"entry", row.entry.text()},
                        {"is_first", list.empty()},
                        {"health", word_of(row.health)},
                        {"left_text", left_text(row, now)},
                        {"reached", row.reached_at ? "answered last " + describe_span(now - *row.reached_at) + " ago"
                                                   : "never answered"},
                        {"problem", row.problem},
                        {"next", row.next},
                        {"story", story_of(row, stories)}});
    }
    return list;
}

json row_of(const FleetRow& row, const TimeAxis& axis, Time now) {
    constexpr std::int64_t kBeforeAll = -1'000'000'000;
    const bool is_due = !row.due_at || *row.due_at <= now;
    return {{"host", row.host.text()},
            {"entry", row.entry.text()},
            {"health", word_of(row.health)},
            {"rank", static_cast<int>(row.health)},
            {"problem", row.problem},
            {"left", row.not_after ? describe_span(*row.not_after - now) : "-"},
            {"left_seconds", row.not_after ? (*row.not_after - now).count() : kBeforeAll},
            {"renewal", is_due ? "now" : "in " + describe_span(*row.due_at - now)},
            {"renewal_seconds", row.due_at ? (*row.due_at - now).count() : kBeforeAll},
            {"life", life_chart(row, axis, now)},
            {"life_text", life_text(row, now)},
            {"proof", row.proved_at ? fmt::format("{}, {} ago", row.proved_by, describe_span(now - *row.proved_at))
                                    : "not proved"},
            {"serial", printable(row.serving.substr(0, kShownSerialDigits))}};
}

void add_rows(json& values, const Fleet& fleet, Time now) {
    const Rows all = matching_rows(fleet, {}, now);
    const Rows shown(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), kMostPageRows)));
    const TimeAxis axis = axis_of(shown, now);
    json rows = json::array();
    for (const FleetRow* row : shown) {
        rows.push_back(row_of(*row, axis, now));
    }
    values["rows"] = std::move(rows);
    values["rows_left_out"] = some(all.size() - shown.size());
    values["axis_before"] = describe_span(now - axis.begin);
    values["axis_after"] = describe_span(axis.end - now);
    values["axis_now"] = chart_place(axis, now);
}

json crls_of(const Fleet& fleet) {
    json list = json::array();
    for (const KnownCrl& crl : fleet.crls) {
        list.push_back({{"number", printable(crl.number)},
                        {"root", printable(crl.root)},
                        {"revoked", crl.revoked},
                        {"next_update", format_time(crl.next_update)}});
    }
    return list;
}

json newest_of(const std::vector<IssuedEntry>& newest) {
    json list = json::array();
    for (const IssuedEntry& entry : newest) {
        list.push_back({{"at", text_or_null(entry.issued_at)},
                        {"host", entry.host.text()},
                        {"entry", entry.entry.text()},
                        {"serial", printable(entry.serial)},
                        {"ends", entry.not_after ? format_time(*entry.not_after) : "-"}});
    }
    return list;
}

json problems_of(const Fleet& fleet) {
    json list = json::array();
    for (const std::string& problem : fleet.problems) list.push_back({{"text", problem}});
    return list;
}

}  // namespace

std::vector<IssuedEntry> newest_certificates(const IssuerSnapshot& issuer, std::size_t most) {
    std::vector<IssuedEntry> issued;
    std::copy_if(issuer.entries.begin(), issuer.entries.end(), std::back_inserter(issued),
                 [](const IssuedEntry& entry) { return entry.issued_at.has_value(); });
    std::stable_sort(issued.begin(), issued.end(), [](const IssuedEntry& left, const IssuedEntry& right) {
        return *left.issued_at > *right.issued_at;
    });
    issued.erase(issued.begin() + static_cast<std::ptrdiff_t>(std::min(most, issued.size())), issued.end());
    return issued;
}

std::vector<HostName> hosts_to_explain(const Fleet& fleet, std::size_t most) {
    std::vector<HostName> hosts;
    for (const FleetRow& row : fleet.rows) {
        if (row.health == Health::fine || most-- == 0) break;
        if (std::find(hosts.begin(), hosts.end(), row.host) == hosts.end()) hosts.push_back(row.host);
    }
    return hosts;
}

std::string status_page(const Fleet& fleet, const std::vector<HostStory>& stories,
                        const std::vector<IssuedEntry>& newest, Time now) {
    const FleetSummary summary = summarise(fleet, now);
    json values = answers(fleet, summary, now);
    values["problems"] = problems_of(fleet);
    values["failing"] = failing(fleet, stories, now);
    values["has_failing"] = !values["failing"].empty();
    values["more_failing"] = some(summary.warning + summary.critical - values["failing"].size());
    values.update(ends_chart(fleet, now));
    add_rows(values, fleet, now);
    values["runway"] = fleet.runway ? runway_chart(*fleet.runway, now) : json(nullptr);
    values["rollout"] = fleet.rollout ? json{{"text", rollout_text(*fleet.rollout)}} : json(nullptr);
    values["crls"] = crls_of(fleet);
    values["newest"] = newest_of(newest);
    return render_mustache(std::string(kPageHtml), values);
}

}  // namespace halfday
