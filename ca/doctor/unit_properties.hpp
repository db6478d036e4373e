#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace halfday {

/// What `systemctl show --property=…` says of one unit: "Result" is "success", and so on.
using UnitProperties = std::map<std::string, std::string, std::less<>>;

/// Nothing where it is not said. Lives as long as the unit's properties.
[[nodiscard]] std::string_view property(const UnitProperties& unit, std::string_view name);

/// Reads its output: lines NAME=VALUE, and an empty line between units.
[[nodiscard]] std::vector<UnitProperties> parse_unit_properties(std::string_view text);

/// A line for each of the units whose last run failed, with where to read on. A distributor that ended with 1 is none:
/// no host that it visited was served, which the hosts' own lines tell.
[[nodiscard]] std::vector<std::string> failed_units(const std::vector<UnitProperties>& units);

}  // namespace halfday
