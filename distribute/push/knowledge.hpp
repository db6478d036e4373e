#pragma once

#include <future>
#include <optional>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/places.hpp"
#include "ca/exchange/snapshot.hpp"
#include "distribute/push/deliveries.hpp"
#include "distribute/push/notice.hpp"
#include "distribute/push/plan.hpp"

namespace halfday {

/// Everything that a run reads before it acts.
struct Knowledge {
    Inventory inventory;
    HostRecords records;
    std::optional<IssuerSnapshot> issuer;
};

/// Reads the inventory on a thread of its own. `get` throws as read_inventory does.
[[nodiscard]] std::future<Inventory> begin_inventory(const Places& places);

/// An issuer's snapshot that can't be read is told, and is no word of the issuer's. Throws as `inventory.get` does.
[[nodiscard]] Knowledge read_knowledge(const Places& places, std::future<Inventory> inventory, HostRecords records,
                                       const Tell& tell);

/// What the plan is made of. Reads every chain in the spool, and the requests that it needs. A chain that
/// can't be read is told and is none; a request, which is the distributor's own, is none and so is asked for again.
[[nodiscard]] std::vector<HostFacts> gather_facts(const Places& places, const Knowledge& knowledge,
                                                  const std::vector<const Host*>& hosts, Time now, const Tell& tell);

}  // namespace halfday
