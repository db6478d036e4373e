#include "ca/status/page_charts.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "ca/base/duration.hpp"
#include "ca/base/escape.hpp"
#include "ca/status/runway_text.hpp"
#include "ca/status/summary.hpp"

namespace halfday {
namespace {

using nlohmann::json;
using std::chrono::hours;

constexpr int kWidth = 1000;
constexpr int kBarStep = 10;  // one hour, a gap included
constexpr int kHeight = 100;
constexpr std::size_t kSoon = 3;  // hours, as the alert HalfdayCertificateEndsSoon has it

/// How much of each is left, the shortest first, without what has ended.
std::vector<Seconds> lefts(const Fleet& fleet, Time now) {
    std::vector<Seconds> all;
    for (const FleetRow& row : fleet.rows) {
        if (!is_dark(row, now)) all.push_back(*row.not_after - now);
    }
    std::sort(all.begin(), all.end());
    return all;
}

std::vector<std::size_t> count_by_hour(const std::vector<Seconds>& left) {
    std::vector<std::size_t> counts(1);
    for (const Seconds each : left) {
        const auto hour = static_cast<std::size_t>(std::chrono::floor<hours>(each).count());
        counts.resize(std::max(counts.size(), hour + 1));
        ++counts[hour];
    }
    return counts;
}

std::string ends_text(const std::vector<Seconds>& left, std::size_t dark) {
    if (left.empty()) return fmt::format("{} dark now; nothing is served.", dark);
    return fmt::format("{} dark now; of the others the first ends in {}, half of them within {}, the last in {}.", dark,
                       describe_span(left.front()), describe_span(left[left.size() / 2]), describe_span(left.back()));
}

/// What fleet.cpp says of the same runway.
Health health_of(Seconds left, Seconds warns) {
    return left < kRunwayCritical ? Health::critical : left < warns ? Health::warning : Health::fine;
}

json term(const std::string& name, const std::string& key, const std::string& turn, Time end, Seconds full,
          Health health, Time now) {
    const Seconds left = std::max(end - now, Seconds{});
    const double part = static_cast<double>(left.count()) / static_cast<double>(std::max(full, Seconds{1}).count());
    return {{"name", name},
            {"key", printable(key)},
            {"turn", turn},
            {"left", describe_span(end - now)},
            {"ends", format_time(end)},
            {"class", word_of(health)},
            {"width", static_cast<int>(std::lround(std::min(part, 1.0) * kWidth))}};
}

}  // namespace

int chart_place(const TimeAxis& axis, Time time) { return static_cast<int>(std::lround(axis.place(time) * kWidth)); }

json life_chart(const FleetRow& row, const TimeAxis& axis, Time now) {
    if (!row.issued_at || !row.not_after) return nullptr;
    const int from = chart_place(axis, *row.issued_at);
    const int to = chart_place(axis, *row.not_after);
    const int middle = std::clamp(chart_place(axis, now), std::min(from, to), std::max(from, to));
    const bool has_due = row.due_at && *row.due_at >= *row.issued_at && *row.due_at <= *row.not_after;
    return {{"from", from},       {"passed", middle - from},
            {"middle", middle},   {"ahead", std::max(to - middle, 0)},
            {"has_due", has_due}, {"due", has_due ? chart_place(axis, *row.due_at) : 0}};
}

std::string life_text(const FleetRow& row, Time now) {
    if (!row.issued_at || !row.not_after) return "nothing is served";
    const std::string left = *row.not_after <= now ? "ended " + describe_span(now - *row.not_after) + " ago"
                                                   : describe_span(*row.not_after - now) + " left";
    const std::string due =
        !row.due_at || *row.due_at <= now ? "renewal is due" : "renewal in " + describe_span(*row.due_at - now);
    return fmt::format("{} old, {}, {}", describe_span(now - *row.issued_at), left, due);
}

json ends_chart(const Fleet& fleet, Time now) {
    const std::vector<Seconds> left = lefts(fleet, now);
    const std::vector<std::size_t> counts = count_by_hour(left);
    const auto most = static_cast<double>(std::max<std::size_t>(1, *std::max_element(counts.begin(), counts.end())));
    json bars = json::array();
    for (std::size_t hour = 0; hour < counts.size(); ++hour) {
        if (counts[hour] == 0) continue;
        const int height =
            std::max(2, static_cast<int>(std::lround(static_cast<double>(counts[hour]) / most * kHeight)));
        bars.push_back({{"x", static_cast<int>(hour) * kBarStep},
                        {"y", kHeight - height},
                        {"height", height},
                        {"class", hour < kSoon ? "soon" : "later"},
                        {"text", fmt::format("{} in {} to {} h", counts[hour], hour, hour + 1)}});
    }
    return {{"ends", bars},
            {"ends_width", counts.size() * kBarStep},
            {"ends_hours", counts.size()},
            {"ends_text", ends_text(left, fleet.rows.size() - left.size())}};
}

json runway_chart(const Runway& runway, Time now) {
    Seconds full{};
    for (const RunwayIntermediate& each : runway.intermediates) full = std::max(full, each.not_after - now);
    const Health issuing = health_of(runway.issuing_ends - now, kIntermediateCeremony);
    json terms = json::array();
    for (const RunwayIntermediate& each : runway.intermediates) {
        const std::string from = each.signs_from ? " until " + format_time(*each.signs_from) : "";
        terms.push_back(term("intermediate", each.fingerprint, std::string(word_of(each.turn)) + from, each.not_after,
                             full, issuing, now));
    }
    terms.push_back(
        term("root", "", "", runway.root_ends, full, health_of(runway.root_ends - now, kRootCeremony), now));
    return {{"left", describe_span(runway.issuing_ends - now)},
            {"issuing_ends", format_time(runway.issuing_ends)},
            {"full_until", format_time(runway.full_until)},
            {"intermediate_ceremony", describe_due(runway.intermediate_ceremony, now)},
            {"root_ceremony", describe_due(runway.root_ceremony, now)},
            {"terms", terms}};
}

}  // namespace halfday
