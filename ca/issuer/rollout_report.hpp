#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/exchange/snapshot.hpp"
#include "ca/issuer/agenda.hpp"
#include "ca/issuer/rollout.hpp"

namespace halfday {

/// How far the rollout is that a run is part of.
struct RolloutReport {
    RolloutState state;
    RolloutNote note;                   // for the snapshot
    std::vector<std::string> news;      // each a line
    std::vector<std::string> warnings;  // each a line
};

/// What is rolled out: RolloutState::newer, and what RolloutNote calls the two.
struct RolloutSubject {
    RolloutKind kind;
    std::string newer;
    std::string key;
    std::string before;
};

/// The hosts of the agenda in their waves.
[[nodiscard]] Waves waves_of(const std::vector<AgendaItem>& agenda, const Settings::Rollout& settings);

/// Where a run finds the rollout: as it is `known`, or at its beginning. `resume`: a person told one that has stopped
/// to go on.
[[nodiscard]] RolloutState standing(const std::optional<RolloutState>& known, const RolloutSubject& subject,
                                    const Waves& waves, bool resume, Time now);

/// What there is to tell of `state`, when it was as standing() made it of `known` `before`.
[[nodiscard]] RolloutReport report_rollout(const RolloutSubject& subject, const RolloutState& state,
                                           const RolloutState& before, const std::optional<RolloutState>& known,
                                           const std::vector<ShownEntry>& entries, const Waves& waves);

}  // namespace halfday
