#pragma once

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

/// Throws as read_inventory, Deliveries and read_issuer_snapshot do.
[[nodiscard]] Knowledge read_knowledge(const Places& places, const Deliveries& deliveries);

/// What the plan is made of. Reads every chain in the spool, and the requests that it needs. An entry whose
/// files can't be read is told and left out.
[[nodiscard]] std::vector<HostFacts> gather_facts(const Places& places, const Knowledge& knowledge,
                                                  const std::vector<const Host*>& hosts, Time now, const Tell& tell);

}  // namespace halfday
