#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/exchange/certificate_policy.hpp"
#include "ca/exchange/places.hpp"
#include "ca/issuer/cases.hpp"
#include "ca/issuer/rollout_report.hpp"
#include "ca/sign/profile.hpp"

namespace halfday {

// A change of the fleet's profile (fleet_profile.hpp) reaches the hosts in the waves of rollout.hpp. Which profile a
// certificate is by is seen from the certificate; so nothing is remembered of single hosts. While a rollout is on, what
// one of the two profiles refuses the other permits, so that neither holds back a renewal.

/// What a profile has a say in of a certificate that was issued.
struct IssuedFacts {
    Time at;
    Validity validity;
    Purpose purpose;
    std::string key;  // its algorithm
};

/// Whether it is as `policy` wants it, or as the end of one of `intermediates` cuts that.
[[nodiscard]] bool is_by_profile(const IssuedFacts& issued, const CertificatePolicy& policy,
                                 const std::vector<Validity>& intermediates);

/// What there is of an entry during the rollout of a profile.
struct ProfileFacts {
    EntryFacts entry;              // what is newer there is by the newer profile
    bool newest_is_older = false;  // its newest is by the one before (too)
    bool is_refused = false;       // the newer refuses what the one before permits: its names, or its newest's key
};

/// As shown_by of EntryFacts; an entry that the newer profile refuses has failed, until a person resumes.
[[nodiscard]] Shown shown_by(const ProfileFacts& facts, std::optional<Time> since, Time now);

/// Whether the rollout has nothing to wait for: no entry is concerned, and not because all are dark.
[[nodiscard]] bool is_nobodys(const std::vector<ShownEntry>& entries);

/// A newer profile's way to one host, as far as waves go: an entry that failed is signed by the one before all the
/// same.
struct ComingProfile {
    CertificatePolicy before;
    bool by_before = true;  // for this host the one before is in use
    std::int64_t wave = 0;  // the host's, from 1 on
    std::int64_t waves = 0;
    bool has_stopped = false;
};

/// By the settings, and what the last run remembered. Nothing when no newer profile is on its way. Throws as
/// load_profile_before.
[[nodiscard]] std::optional<ComingProfile> coming_profile(const HostName& host, const Inventory& inventory,
                                                          const Settings& settings, const Places& places);

/// A rollout waits while another is on.
enum class Turn { now, later };

/// What a run makes of the profile of its settings.
struct ProfilePlan {
    std::optional<RolloutReport> rollout;  // nothing when none is on, or none has begun
    bool settings_in_use = false;          // that of the settings is, from now on or as before
    std::vector<std::string> news;         // each a line
};

/// Decides for each item by which profile it is signed (AgendaItem::by_profile_before): by profile-rollout.json, the
/// ledger, and the distributor's word on what hosts serve. `resume`: a person told a rollout that stopped to go on.
[[nodiscard]] ProfilePlan plan_profile(std::vector<AgendaItem>& agenda, const Run& run, const Places& places, Turn turn,
                                       bool resume);

/// Remembers what was decided. Throws Error{io}.
void save_profile_plan(const ProfilePlan& plan, const Run& run, const Places& places);

}  // namespace halfday
