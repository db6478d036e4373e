#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "ca/base/clock.hpp"
#include "ca/exchange/fleet.hpp"
#include "ca/status/timeline.hpp"

namespace halfday {

// What page.html draws its charts from: places and lengths in the units of their viewBox, and the same in words for who
// doesn't see them.

/// Where a time is on an axis that is 1000 wide.
[[nodiscard]] int chart_place(const TimeAxis& axis, Time time);

/// A life as two bars and a line for its renewal; null where nothing is served.
[[nodiscard]] nlohmann::json life_chart(const FleetRow& row, const TimeAxis& axis, Time now);
[[nodiscard]] std::string life_text(const FleetRow& row, Time now);

/// How many certificates end in which of the next hours if nothing changes.
[[nodiscard]] nlohmann::json ends_chart(const Fleet& fleet, Time now);

/// The intermediates and the root beside each other: a full bar is the longest of the intermediates.
[[nodiscard]] nlohmann::json runway_chart(const Runway& runway, Time now);

}  // namespace halfday
