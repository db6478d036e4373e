#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/issuer/profile_rollout.hpp"
#include "ca/issuer/rollout_report.hpp"

namespace halfday {

/// What a run makes of a newer intermediate and of a newer profile. The intermediate goes first, since the one before
/// ends: while it is rolled out, a profile does not begin, and stays at the wave that it is in.
struct Rollouts {
    std::optional<RolloutReport> intermediate;
    ProfilePlan profile;
    std::vector<std::string> news;  // each a line, as the warnings
    std::vector<std::string> warnings;

    /// For the snapshot: of the one whose turn it is.
    [[nodiscard]] std::optional<RolloutNote> note() const;
};

/// Decides for each item which intermediate signs, and by which profile. `resume`: a person told the one whose turn it
/// is, and that has stopped, to go on.
[[nodiscard]] Rollouts plan_rollouts(std::vector<AgendaItem>& agenda, const Run& run, const Places& places,
                                     bool resume);

/// Remembers what was decided. Throws Error{io}.
void save_rollouts(const Rollouts& rollouts, const Run& run, const Places& places);

}  // namespace halfday
