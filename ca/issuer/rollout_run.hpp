#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/exchange/places.hpp"
#include "ca/issuer/agenda.hpp"
#include "ca/issuer/cases.hpp"
#include "ca/issuer/rollout_report.hpp"

namespace halfday {

/// Decides for each item which intermediate signs (AgendaItem::by_before) by rollout.json, the ledger, and the
/// distributor's word on what hosts serve: it could lie, as it could hold deliveries back. `resume`: a person told a
/// rollout that stopped to go on. Nothing when no intermediate that signed before is left (Run::before); all items are
/// then the newer one's.
[[nodiscard]] std::optional<RolloutReport> plan_rollout(std::vector<AgendaItem>& agenda, const Run& run,
                                                        const Places& places, bool resume);

/// Gives what the intermediate that is to sign may not sign, by names and purpose, to the other one where that may: a
/// rollout, or a newer intermediate that permits less, holds back no renewal while there are two. To be called after
/// plan_rollout, and when that has nothing to decide. A line where the newer one may not sign for what is due.
[[nodiscard]] std::optional<std::string> give_to_who_may_sign(std::vector<AgendaItem>& agenda, const Run& run);

}  // namespace halfday
