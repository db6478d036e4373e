#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "ca/base/clock.hpp"
#include "ca/status/selection.hpp"

namespace halfday {

/// The facts of `halfday status` as docs/monitoring/status.schema.json describes them, with these of the fleet's rows;
/// times in RFC 3339.
[[nodiscard]] std::string fleet_json(const Fleet& fleet, const Rows& rows, Time now);

[[nodiscard]] nlohmann::json time_or_null(const std::optional<Time>& time);
/// Indented, in ASCII, with a line's end; bytes that are not UTF-8 are replaced.
[[nodiscard]] std::string to_text(const nlohmann::json& document);

}  // namespace halfday
