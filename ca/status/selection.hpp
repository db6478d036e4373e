#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/fleet.hpp"

namespace halfday {

/// Which rows a person asked for.
struct RowFilter {
    enum class State {
        any,
        fine,
        failing,
        warning,
        critical,
        dark
    } state = State::any;                 // failing: warning or critical
    std::vector<std::string> hosts = {};  // shell patterns for a host, or for HOST/ENTRY; none: all
};
/// "any", "ok", "failing", "warning", "critical", "dark"; nothing for another word.
[[nodiscard]] std::optional<RowFilter::State> parse_state(std::string_view word);

/// Whether the text has a wildcard of fnmatch(3) in it.
[[nodiscard]] bool is_pattern(std::string_view text);

/// In the fleet's order; they point into it.
using Rows = std::vector<const FleetRow*>;
/// The fleet must outlive them, and stay as it is.
[[nodiscard]] Rows matching_rows(const Fleet& fleet, const RowFilter& filter, Time now);

/// Those that one screen has room for.
struct Selection {
    Rows shown;
    std::size_t more_failing = 0;  // that are not shown
    std::size_t more_fine = 0;
};

constexpr std::size_t kUsualRows = 25;

/// All where there is room for `most` of them; otherwise the failing ones, and after them the few that end next.
[[nodiscard]] Selection select_rows(const Rows& rows, std::size_t most);

}  // namespace halfday
