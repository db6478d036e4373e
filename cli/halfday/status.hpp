#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/fleet.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/places.hpp"
#include "ca/exchange/snapshot.hpp"
#include "ca/status/selection.hpp"

namespace halfday {

/// What both sides said last; one that is damaged is missing, and told.
struct Snapshots {
    std::optional<IssuerSnapshot> issuer;
    std::optional<DistributorSnapshot> distributor;
    std::vector<std::string> damages;
};
/// Throws Error{io} with a hint when this user may not read them.
[[nodiscard]] Snapshots read_snapshots(const Places& places);

/// Joins them; a damage is critical, and told.
[[nodiscard]] Fleet fleet_of(const Inventory& inventory, const Snapshots& snapshots, Time now);

/// How `halfday status` was asked.
struct StatusOptions {
    std::string why;
    Path metrics;
    Path html;
    bool json = false;
    bool check = false;
    bool all = false;  // rows, however many
    bool failing = false;
    std::string state = "any";
    std::vector<std::string> hosts;  // names and patterns
    std::string watch;               // how often, "" for once
};

/// Does what was asked, on standard output; returns the exit status. Throws Error{io} with a hint when this user may
/// not read inventory or snapshots, Error{usage} for a host that is not in the inventory.
[[nodiscard]] int show_status(const StatusOptions& options, const Places& places);

}  // namespace halfday
