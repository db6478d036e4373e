#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/names.hpp"
#include "ca/exchange/settings.hpp"

namespace halfday {

// A newer intermediate that has come of age, and a newer profile (profile_rollout.hpp), reach the fleet in waves of
// hosts: the canary, a few more, all. The one before goes on for the rest, and for all when too many entries fail; an
// intermediate as long as it can sign certificates of full length. So a stop holds back no renewal. Below, what is said
// of the newer intermediate holds for a newer profile too.

/// How long after it was issued a certificate is to be served; after that it counts as failed.
constexpr auto kServedWithin = std::chrono::hours{1};

/// What an entry shows of the newer intermediate.
enum class Shown {
    nothing,      // it has no certificate that is valid: it may be down for good
    older,        // its certificates are under the one that signed before
    awaited,      // it got one under the newer, and is to serve it within kServedWithin
    served,       // it serves one under the newer
    failed,       // it got one under the newer, and did not serve it in time
    unconcerned,  // for it both are the same (a profile)
};

struct ShownEntry {
    HostName host;
    Shown shown;
};

/// The facts behind it: of the entry's newest certificate, and of the one that the distributor says it serves, proved
/// by a handshake.
struct EntryFacts {
    Time issued_at;
    Time not_after;
    bool newest_is_newer;  // under the newer intermediate
    bool serves_newest;
    bool serves_newer;  // what it serves is under the newer intermediate, its newest certificate or not
};

/// Failures of certificates issued before `since` don't count (a person told the rollout to go on), unless a clock was
/// wrong and that is yet to come.
[[nodiscard]] Shown shown_by(const EntryFacts& facts, std::optional<Time> since, Time now);

/// The hosts in their waves.
class Waves {
   public:
    /// The canary's hosts that there are, where any are named; then each wave up to its percentage of all, at least one
    /// host more than the one before; then all. Within that the order is of a stable hash of the name.
    Waves(std::vector<HostName> hosts, const Settings::Rollout& settings);

    [[nodiscard]] std::size_t count() const noexcept { return ends_.size(); }
    /// From 0 on. Of a host that is not one of them: the last.
    [[nodiscard]] std::size_t of(const HostName& host) const;
    /// How many hosts are in the waves up to this one.
    [[nodiscard]] std::size_t hosts_up_to(std::size_t wave) const { return ends_.at(wave); }

   private:
    std::vector<HostName> sorted_;  // by name
    std::vector<std::size_t> ranks_;
    std::vector<std::size_t> ends_;
};

/// How far a rollout is. What a run remembers of it; when it is lost, the entries show it again.
struct RolloutState {
    std::string newer;         // SHA-256 of the newer one, hex
    std::size_t wave = 0;      // the last that it signs for
    bool complete = false;     // all is well in the last wave
    std::string stopped = {};  // why, "" when it goes on
    std::optional<Time> resumed_at = {};
};

struct RolloutCount {
    std::size_t older = 0;
    std::size_t awaited = 0;
    std::size_t served = 0;
    std::size_t failed = 0;
};
[[nodiscard]] RolloutCount count_shown(const std::vector<ShownEntry>& entries);

/// Stops when more than `stop_at` percent of the entries that served or failed have failed; else goes on to the next
/// wave when, of a wave's entries that show something, all but `stop_at` percent serve, and some entry shows something
/// at all. A stop stays until a person resumes; a wave that was reached stays reached.
[[nodiscard]] RolloutState next_state(RolloutState state, const std::vector<ShownEntry>& entries, const Waves& waves,
                                      int stop_at);

/// Whether the newer one signs for an entry of that host; an entry that failed gets the older one's.
[[nodiscard]] bool newer_signs(const RolloutState& state, const Waves& waves, const ShownEntry& entry);

}  // namespace halfday
