#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/fleet.hpp"
#include "ca/exchange/places.hpp"
#include "ca/exchange/snapshot.hpp"

namespace halfday {

/// What both sides said last; one that is damaged is missing, and told.
struct Snapshots {
    std::optional<IssuerSnapshot> issuer;
    std::optional<DistributorSnapshot> distributor;
    std::vector<std::string> damages;
};
/// Throws Error{io} with a hint when this user may not read them.
[[nodiscard]] Snapshots read_snapshots(const Places& places);

/// Reads the inventory and both snapshots. Throws Error{io} with a hint when this user may not read them.
[[nodiscard]] Fleet read_fleet(const Places& places, Time now);
/// For people: a table, the most urgent entry first, and below it the box's own problems, the runway and what each loss
/// costs now.
[[nodiscard]] std::string fleet_table(const Fleet& fleet, Time now);
/// The same facts as one JSON object; times in RFC 3339.
[[nodiscard]] std::string fleet_json(const Fleet& fleet, Time now);
/// One line for a monitoring system, beginning with OK, WARNING or CRITICAL.
[[nodiscard]] std::string fleet_check_line(const Fleet& fleet, Time now);

}  // namespace halfday
