#include "ca/issuer/rollout_run.hpp"

#include <fmt/core.h>

#include "ca/exchange/pinned_roots.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/rollout_state.hpp"
#include "ca/issuer/served.hpp"

namespace halfday {
namespace {

Shown shown_by_item(const AgendaItem& item, const Run& run, ServedWord& served, const RolloutState& state) {
    if (!item.newest) {
        return Shown::nothing;
    }
    const std::string serving = served.proved_on(*item.host, *item.entry);
    const bool serves_newest = serving == item.newest->serial;
    const bool newest_is_newer = run.ledger.is_under(item.newest->serial, state.newer);
    const bool serves_newer =
        serves_newest ? newest_is_newer : !serving.empty() && run.ledger.is_under(serving, state.newer);
    return shown_by(EntryFacts{item.newest->at, item.newest->not_after, newest_is_newer, serves_newest, serves_newer},
                    state.resumed_at, run.now);
}

std::vector<ShownEntry> look_at(const std::vector<AgendaItem>& agenda, const Run& run, const Places& places,
                                const RolloutState& state) {
    ServedWord served(places, fingerprints_of(run.intermediate.trust.roots));
    std::vector<ShownEntry> entries;
    entries.reserve(agenda.size());
    run.ledger.in_one_moment([&] {
        for (const AgendaItem& item : agenda) {
            entries.push_back({item.host->name, shown_by_item(item, run, served, state)});
        }
    });
    return entries;
}

RolloutSubject intermediate_subject(const Run& run) {
    return {RolloutKind::intermediate, run.intermediate.certificate.sha256(),
            run.intermediate.certificate.fingerprint().text(), run.before->certificate.fingerprint().text()};
}

/// As far as names and purpose go.
bool may_sign_for(const Authority& authority, const AgendaItem& item, const Run& run) {
    const CertificatePolicy policy = policy_of(run.profile_for(item), *item.host);
    return refuse_entry(item.entry->names, item.host->name, policy, authority).reasons.empty();
}

std::string warning_of_left(std::size_t left, const HostName& first, std::size_t all, const Run& run) {
    return fmt::format(
        "the intermediate {} may not sign for {} of {} entries ({}{}), and {}, until {}, does: get an intermediate "
        "that "
        "permits their names and purposes",
        run.intermediate.certificate.fingerprint().text(), left, all, first.text(), left > 1 ? ", …" : "",
        run.before->certificate.fingerprint().text(), format_time(signs_until(run.before->certificate)));
}

}  // namespace

std::optional<RolloutReport> plan_rollout(std::vector<AgendaItem>& agenda, const Run& run, const Places& places,
                                          bool resume) {
    if (!run.before || agenda.empty()) {
        return std::nullopt;
    }
    const Waves waves = waves_of(agenda, run.settings.rollout);
    const RolloutSubject subject = intermediate_subject(run);
    const auto known = load_rollout(IssuerFiles(places).rollout(), subject.newer);
    const RolloutState before = standing(known, subject, waves, resume, run.now);
    if (before.complete) {
        return std::nullopt;
    }
    const auto entries = look_at(agenda, run, places, before);
    const RolloutState state = next_state(before, entries, waves, run.settings.rollout.stop_at);
    for (std::size_t at = 0; at < agenda.size(); ++at) {
        agenda[at].by_before = !newer_signs(state, waves, entries[at]);
    }
    return report_rollout(subject, state, before, known, entries, waves);
}

std::optional<std::string> give_to_who_may_sign(std::vector<AgendaItem>& agenda, const Run& run) {
    if (!run.before) {
        return std::nullopt;
    }
    const Authority newer = authority_of(run.intermediate.certificate, run.intermediate.root);
    const Authority older = authority_of(run.before->certificate, run.before->root);
    std::size_t left = 0;
    const HostName* first = nullptr;
    for (AgendaItem& item : agenda) {
        const bool newer_may = may_sign_for(newer, item, run);
        if (newer_may == may_sign_for(older, item, run)) {
            continue;
        }
        item.by_before = !newer_may;
        if (!newer_may && item.due && item.chosen && ++left == 1) {
            first = &item.host->name;
        }
    }
    return left == 0 ? std::nullopt : std::optional(warning_of_left(left, *first, agenda.size(), run));
}

}  // namespace halfday
