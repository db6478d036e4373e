#pragma once

#include <string>
#include <string_view>

#include "ca/base/clock.hpp"
#include "ca/exchange/fleet.hpp"

namespace halfday {

/// One line for a monitoring system, in the form of Nagios' plugins: "OK: words | performance data", the latter with
/// the ranges at which this program warns and calls it critical.
[[nodiscard]] std::string check_line(const Fleet& fleet, Time now);

/// Text that stays on its line and before the performance data.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace halfday
