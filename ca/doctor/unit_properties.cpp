#include "ca/doctor/unit_properties.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace halfday {

std::vector<UnitProperties> parse_unit_properties(std::string_view text) {
    std::vector<UnitProperties> units;
    bool is_new = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos) {
            is_new = true;
            continue;
        }
        if (is_new) units.emplace_back();
        is_new = false;
        units.back().emplace(line.substr(0, equals), line.substr(equals + 1));
    }
    return units;
}

std::string_view property(const UnitProperties& unit, std::string_view name) {
    const auto found = unit.find(name);
    return found == unit.end() ? std::string_view() : std::string_view(found->second);
}

std::vector<std::string> failed_units(const std::vector<UnitProperties>& units) {
    std::vector<std::string> lines;
    for (const UnitProperties& unit : units) {
        const std::string id(property(unit, "Id"));
        const std::string result(property(unit, "Result"));
        const bool hosts_failed = id == "halfday-distributor.service" && property(unit, "ExecMainStatus") == "1";
        if (result.empty() || result == "success" || hosts_failed) continue;
        lines.push_back(fmt::format("{0} failed ({1}): journalctl -u {0} -e", id, result));
    }
    return lines;
}

}  // namespace halfday
