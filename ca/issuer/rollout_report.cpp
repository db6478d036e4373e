#include "ca/issuer/rollout_report.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace halfday {
namespace {

RolloutNote note_of(const RolloutSubject& subject, const RolloutState& state, const RolloutCount& count,
                    const Waves& waves) {
    return {subject.kind,
            subject.key,
            subject.before,
            static_cast<std::int64_t>(state.wave + 1),
            static_cast<std::int64_t>(waves.count()),
            static_cast<std::int64_t>(count.older),
            static_cast<std::int64_t>(count.awaited),
            static_cast<std::int64_t>(count.served),
            static_cast<std::int64_t>(count.failed),
            state.stopped};
}

std::string_view deed_of(RolloutKind kind) { return kind == RolloutKind::profile ? "is in use" : "signs"; }

std::string news_of_wave(const RolloutReport& report, const Waves& waves) {
    const RolloutNote& note = report.note;
    const std::size_t all = waves.hosts_up_to(waves.count() - 1);
    const std::size_t hosts = waves.hosts_up_to(report.state.wave);
    const std::string reach = hosts == all ? fmt::format("all {} hosts", all)
                                           : fmt::format("{} of {} hosts, {} for the others", hosts, all, note.before);
    return fmt::format("rollout: from now on the {} {} {} for {} (wave {} of {})", to_text(note.kind), note.key,
                       deed_of(note.kind), reach, note.wave, note.waves);
}

/// Of an intermediate there is nothing to tell in one wave but the change itself (change_over).
void tell(RolloutReport& report, const RolloutState& before, const Waves& waves, bool begins) {
    const RolloutState& state = report.state;
    const RolloutNote& note = report.note;
    if (!state.stopped.empty() && before.stopped.empty()) {
        report.warnings.push_back(
            fmt::format("the rollout of the {0} {1} has stopped: {2}; the {0} {3} {4} for all. Find out why (halfday "
                        "status), then: halfday push --resume",
                        to_text(note.kind), note.key, state.stopped, note.before, deed_of(note.kind)));
    } else if (waves.count() == 1 && note.kind == RolloutKind::intermediate) {
        return;
    } else if (state.complete) {
        report.news.push_back(fmt::format("rollout: the {} {} is {} everywhere", to_text(note.kind), note.key,
                                          note.kind == RolloutKind::profile ? "in use" : "served"));
    } else if (state.stopped.empty() && (begins || state.wave != before.wave)) {
        report.news.push_back(news_of_wave(report, waves));
    }
}

}  // namespace

Waves waves_of(const std::vector<AgendaItem>& agenda, const Settings::Rollout& settings) {
    std::vector<HostName> hosts;
    for (const AgendaItem& item : agenda) {
        if (hosts.empty() || hosts.back() != item.host->name) {
            hosts.push_back(item.host->name);
        }
    }
    return {std::move(hosts), settings};
}

RolloutState standing(const std::optional<RolloutState>& known, const RolloutSubject& subject, const Waves& waves,
                      bool resume, Time now) {
    RolloutState state = known.value_or(RolloutState{.newer = subject.newer});
    state.wave = std::min(state.wave, waves.count() - 1);
    if (resume && !state.stopped.empty()) {
        state.stopped.clear();
        state.resumed_at = now;
    }
    return state;
}

RolloutReport report_rollout(const RolloutSubject& subject, const RolloutState& state, const RolloutState& before,
                             const std::optional<RolloutState>& known, const std::vector<ShownEntry>& entries,
                             const Waves& waves) {
    RolloutReport report{state, note_of(subject, state, count_shown(entries), waves), {}, {}};
    const bool is_resumed = known && known->stopped != before.stopped;
    tell(report, before, waves, !known || is_resumed);
    return report;
}

}  // namespace halfday
