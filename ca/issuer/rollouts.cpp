#include "ca/issuer/rollouts.hpp"

#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/rollout_run.hpp"
#include "ca/issuer/rollout_state.hpp"

namespace halfday {
namespace {

void append(std::vector<std::string>& lines, const std::vector<std::string>& more) {
    lines.insert(lines.end(), more.begin(), more.end());
}

void tell(const std::optional<RolloutReport>& report, Rollouts& rollouts) {
    if (report) {
        append(rollouts.news, report->news);
        append(rollouts.warnings, report->warnings);
    }
}

}  // namespace

std::optional<RolloutNote> Rollouts::note() const {
    if (intermediate) {
        return intermediate->note;
    }
    return profile.rollout ? std::optional(profile.rollout->note) : std::nullopt;
}

Rollouts plan_rollouts(std::vector<AgendaItem>& agenda, const Run& run, const Places& places, bool resume) {
    Rollouts rollouts;
    rollouts.intermediate = plan_rollout(agenda, run, places, resume);
    const Turn turn = rollouts.intermediate ? Turn::later : Turn::now;
    rollouts.profile = plan_profile(agenda, run, places, turn, resume);
    if (auto warning = give_to_who_may_sign(agenda, run)) {
        rollouts.warnings.push_back(std::move(*warning));
    }
    tell(rollouts.intermediate, rollouts);
    tell(rollouts.profile.rollout, rollouts);
    append(rollouts.news, rollouts.profile.news);
    return rollouts;
}

void save_rollouts(const Rollouts& rollouts, const Run& run, const Places& places) {
    if (rollouts.intermediate) {
        save_rollout(IssuerFiles(places).rollout(), rollouts.intermediate->state);
    }
    save_profile_plan(rollouts.profile, run, places);
}

}  // namespace halfday
