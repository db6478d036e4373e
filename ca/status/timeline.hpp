#pragma once

#include <cstddef>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/fleet.hpp"
#include "ca/status/selection.hpp"

namespace halfday {

// What a certificate's life looks like beside those of others: one axis of time for all of them, with now on it.

struct TimeAxis {
    Time begin;
    Time end;

    /// Where a time is: 0 at the beginning, 1 at the end; what lies outside is at the nearer of the two.
    [[nodiscard]] double place(Time time) const;
};

constexpr auto kLongestSide = std::chrono::hours{24};  // no certificate lives longer
constexpr auto kShortestSide = std::chrono::hours{1};

/// From the first that was issued to the last that ends, in whole hours from now on either side.
[[nodiscard]] TimeAxis axis_of(const Rows& rows, Time now);

enum class Cell { empty, passed, left, renewal, now };

/// The row's life on the axis, in `cells` cells: what has passed of it, what is left, when its renewal is due, and
/// where now is. Only now where it serves nothing.
[[nodiscard]] std::vector<Cell> timeline(const FleetRow& row, const TimeAxis& axis, std::size_t cells, Time now);

}  // namespace halfday
