#include "ca/status/selection.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "ca/status/summary.hpp"

namespace halfday {
namespace {

constexpr std::size_t kNext = 5;      // for what ends next
constexpr std::size_t kNextPart = 5;  // one in so many rows, where more fail than have room

bool has_state(const FleetRow& row, RowFilter::State state, Time now) {
    switch (state) {
        case RowFilter::State::any:
            return true;
        case RowFilter::State::fine:
            return row.health == Health::fine;
        case RowFilter::State::failing:
            return row.health != Health::fine;
        case RowFilter::State::warning:
            return row.health == Health::warning;
        case RowFilter::State::critical:
            return row.health == Health::critical;
        case RowFilter::State::dark:
            return is_dark(row, now);
    }
    return false;
}

bool matches(const FleetRow& row, const std::string& pattern) {
    const std::string whole = row.host.text() + "/" + row.entry.text();
    return ::fnmatch(pattern.c_str(), row.host.text().c_str(), 0) == 0 ||
           ::fnmatch(pattern.c_str(), whole.c_str(), 0) == 0;
}

}  // namespace

std::optional<RowFilter::State> parse_state(std::string_view word) {
    using State = RowFilter::State;
    if (word == "any") return State::any;
    if (word == "ok") return State::fine;
    if (word == "failing") return State::failing;
    if (word == "warning") return State::warning;
    if (word == "critical") return State::critical;
    if (word == "dark") return State::dark;
    return std::nullopt;
}

bool is_pattern(std::string_view text) { return text.find_first_of("*?[\\") != std::string_view::npos; }

Rows matching_rows(const Fleet& fleet, const RowFilter& filter, Time now) {
    Rows rows;
    for (const FleetRow& row : fleet.rows) {
        const bool is_named =
            filter.hosts.empty() || std::any_of(filter.hosts.begin(), filter.hosts.end(),
                                                [&](const std::string& pattern) { return matches(row, pattern); });
        if (is_named && has_state(row, filter.state, now)) {
            rows.push_back(&row);
        }
    }
    return rows;
}

Selection select_rows(const Rows& rows, std::size_t most) {
    const auto is_failing = [](const FleetRow* row) { return row->health != Health::fine; };
    const auto failing = static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), is_failing));
    const std::size_t fine = rows.size() - failing;
    const std::size_t free = most - std::min(failing, most);
    const std::size_t next =
        rows.size() <= most ? fine : std::min(fine, std::max(std::min(kNext, free), most / kNextPart));
    const std::size_t worst = std::min(failing, most - next);
    Selection selection{{}, failing - worst, fine - next};
    std::size_t failing_room = worst;
    std::size_t fine_room = next;
    for (const FleetRow* row : rows) {
        std::size_t& room = is_failing(row) ? failing_room : fine_room;
        if (room > 0) {
            selection.shown.push_back(row);
            --room;
        }
    }
    return selection;
}

}  // namespace halfday
