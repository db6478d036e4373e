#include "ca/issuer/profile_rollout.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "ca/exchange/pinned_roots.hpp"
#include "ca/issuer/fleet_profile.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/rollout_state.hpp"
#include "ca/issuer/served.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

IssuedFacts facts_of(const IssuedCertificate& issued) {
    const Certificate& certificate = issued.certificate;
    return {issued.at,
            {certificate.not_before(), certificate.not_after()},
            widest_purpose(certificate.extended_key_usage()),
            certificate.public_key().algorithm()};
}

/// Looks at entries, and at why the newer profile refuses some.
class Look {
   public:
    Look(const Run& run, const Places& places, std::optional<Time> since)
        : run_(run),
          since_(since),
          served_(places, fingerprints_of(run.intermediate.trust.roots)),
          authority_(authority_of(run.intermediate.certificate, run.intermediate.root)) {
        for (const Certificate& each : run.intermediate.accepted) {
            validities_.push_back({each.not_before(), each.not_after()});
        }
        if (run.before) {
            before_ = authority_of(run.before->certificate, run.before->root);
        }
    }

    [[nodiscard]] std::vector<ShownEntry> at(const std::vector<AgendaItem>& agenda) {
        std::vector<ShownEntry> entries;
        entries.reserve(agenda.size());
        run_.ledger.in_one_moment([&] {
            for (const AgendaItem& item : agenda) {
                entries.push_back({item.host->name, shown_by_item(item)});
            }
        });
        return entries;
    }

    /// "it refuses …"; "" when it refuses nothing that the one before permits.
    [[nodiscard]] std::string refusal(std::size_t entries) const {
        return refused_ == 0 ? ""
                             : fmt::format("it refuses {} of {} entries that the one before permits ({})", refused_,
                                           entries, reason_);
    }

   private:
    Shown shown_by_item(const AgendaItem& item) {
        const CertificatePolicy newer = policy_of(run_.settings.certificates, *item.host);
        const CertificatePolicy older = policy_of(*run_.profile_before, *item.host);
        const std::string serving = served_.proved_on(*item.host, *item.entry);
        const auto newest = item.newest ? run_.ledger.certificate(item.newest->serial) : std::nullopt;
        if (!newest || same_profile(newer, older)) {
            return Shown::unconcerned;
        }
        const IssuedFacts issued = facts_of(*newest);
        const bool newest_is_newer = is_by_profile(issued, newer, validities_);
        const bool serves_newest = serving == item.newest->serial;
        const bool serves_newer = serves_newest ? newest_is_newer : is_newer(serving, newer);
        return shown_by(
            ProfileFacts{{item.newest->at, item.newest->not_after, newest_is_newer, serves_newest, serves_newer},
                         is_by_profile(issued, older, validities_),
                         refuses(item, issued.key, newer, older)},
            since_, run_.now);
    }

    [[nodiscard]] bool is_newer(const std::string& serial, const CertificatePolicy& newer) const {
        const auto found = serial.empty() ? std::nullopt : run_.ledger.certificate(serial);
        return found && is_by_profile(facts_of(*found), newer, validities_);
    }

    bool refuses(const AgendaItem& item, const std::string& key, const CertificatePolicy& newer,
                 const CertificatePolicy& older) {
        const Authority& authority = item.by_before && before_ ? *before_ : authority_;
        const auto refusal_of = [&](const CertificatePolicy& policy) {
            return refuse_renewal(item.entry->names, key, item.host->name, policy, authority);
        };
        const Refusal refusal = refusal_of(newer);
        if (refusal.reasons.empty() || !refusal_of(older).reasons.empty()) {
            return false;
        }
        if (refused_++ == 0) {
            reason_ = fmt::format("{}/{}: {}", item.host->name.text(), item.entry->name.text(), refusal.text());
        }
        return true;
    }

    const Run& run_;
    std::optional<Time> since_;
    ServedWord served_;
    Authority authority_;
    std::optional<Authority> before_;
    std::vector<Validity> validities_;  // of intermediates
    std::size_t refused_ = 0;
    std::string reason_;
};

std::string id_of(const CertificatePolicy& policy) { return sha256_hex(profile_text(policy)); }

RolloutSubject profile_subject(const Run& run) {
    const CertificatePolicy& newer = run.settings.certificates;
    return {RolloutKind::profile, id_of(newer), profile_difference(newer, *run.profile_before),
            profile_difference(*run.profile_before, newer)};
}

RolloutState next_of(const RolloutState& before, const std::vector<ShownEntry>& entries, const Waves& waves,
                     const Look& look, int stop_at) {
    RolloutState state = next_state(before, entries, waves, stop_at);
    if (const std::string refusal = look.refusal(entries.size());
        !state.stopped.empty() && before.stopped.empty() && !refusal.empty()) {
        state.stopped = refusal;
    }
    state.complete = state.complete || (state.stopped.empty() && is_nobodys(entries));
    return state;
}

/// The settings have the profile that is in use.
ProfilePlan plan_without_rollout(const Run& run, const Places& places) {
    ProfilePlan plan{.rollout = std::nullopt, .settings_in_use = true, .news = {}};
    const Path file = IssuerFiles(places).profile_rollout();
    const bool is_done = load_rollout(file, id_of(run.settings.certificates)).has_value();
    if (std::filesystem::exists(file) && !is_done) {
        plan.news.push_back("rollout: halfday.yaml has the profile that is in use again: it stays so for all hosts");
    }
    return plan;
}

void sign_by(std::vector<AgendaItem>& agenda, const RolloutState& state, const Waves& waves,
             const std::vector<ShownEntry>& entries) {
    for (std::size_t at = 0; at < agenda.size(); ++at) {
        agenda[at].by_profile_before = !state.complete && !newer_signs(state, waves, entries[at]);
    }
}

}  // namespace

bool is_by_profile(const IssuedFacts& issued, const CertificatePolicy& policy,
                   const std::vector<Validity>& intermediates) {
    const bool has_validity = std::any_of(intermediates.begin(), intermediates.end(), [&](const Validity& each) {
        return leaf_validity(policy, each, issued.at) == issued.validity;
    });
    return has_validity && issued.purpose == policy.purpose &&
           std::find(policy.keys.begin(), policy.keys.end(), issued.key) != policy.keys.end();
}

Shown shown_by(const ProfileFacts& facts, std::optional<Time> since, Time now) {
    if (facts.entry.not_after < now) {
        return Shown::nothing;
    }
    if (facts.is_refused) {
        return since ? Shown::unconcerned : Shown::failed;
    }
    if (facts.entry.newest_is_newer && facts.newest_is_older) {
        return Shown::unconcerned;
    }
    return shown_by(facts.entry, since, now);
}

bool is_nobodys(const std::vector<ShownEntry>& entries) {
    const auto has = [&](Shown shown) {
        return std::any_of(entries.begin(), entries.end(), [&](const ShownEntry& each) { return each.shown == shown; });
    };
    return !has(Shown::older) && !has(Shown::awaited) && !has(Shown::served) && !has(Shown::failed) &&
           (has(Shown::unconcerned) || entries.empty());
}

std::optional<ComingProfile> coming_profile(const HostName& host, const Inventory& inventory, const Settings& settings,
                                            const Places& places) {
    const auto before = load_profile_before(places, settings.certificates);
    if (!before) {
        return std::nullopt;
    }
    std::vector<HostName> hosts;
    for (const Host& each : inventory.hosts) {
        hosts.push_back(each.name);
    }
    const Waves waves(std::move(hosts), settings.rollout);
    const std::size_t wave = waves.of(host);
    const auto state = load_rollout(IssuerFiles(places).profile_rollout(), id_of(settings.certificates));
    const bool has_stopped = state && !state->stopped.empty();
    return ComingProfile{*before, !state || has_stopped || wave > state->wave, static_cast<std::int64_t>(wave + 1),
                         static_cast<std::int64_t>(waves.count()), has_stopped};
}

ProfilePlan plan_profile(std::vector<AgendaItem>& agenda, const Run& run, const Places& places, Turn turn,
                         bool resume) {
    if (!run.profile_before) {
        return plan_without_rollout(run, places);
    }
    const Waves waves = waves_of(agenda, run.settings.rollout);
    const RolloutSubject subject = profile_subject(run);
    const auto known = load_rollout(IssuerFiles(places).profile_rollout(), subject.newer);
    if (turn == Turn::later && !known) {
        for (AgendaItem& item : agenda) {
            item.by_profile_before = true;
        }
        return {};
    }
    const RolloutState before = standing(known, subject, waves, resume && turn == Turn::now, run.now);
    Look look(run, places, before.resumed_at);
    const auto entries = look.at(agenda);
    const RolloutState state =
        turn == Turn::later ? before : next_of(before, entries, waves, look, run.settings.rollout.stop_at);
    sign_by(agenda, state, waves, entries);
    return {report_rollout(subject, state, before, known, entries, waves), state.complete, {}};
}

void save_profile_plan(const ProfilePlan& plan, const Run& run, const Places& places) {
    if (plan.settings_in_use) {
        save_profile(places, run.settings.certificates);
    } else if (plan.rollout) {
        save_rollout(IssuerFiles(places).profile_rollout(), plan.rollout->state);
    }
}

}  // namespace halfday
