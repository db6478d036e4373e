#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/snapshot.hpp"

namespace halfday {

// What `halfday status --why HOST` tells: an entry's last cycle step by step, from both sides' snapshots alone.

struct CycleEvent {
    enum class Whose { issuer_box, host } clock;       // that `at` is by
    std::optional<Time> at;                            // nothing: not known
    std::optional<std::chrono::milliseconds> after{};  // of the host's: since its visit began
    std::string step;  // one word for programs: "fetched", "issued", "sent", "staged" …
    std::string text;  // for people; foreign bytes are escaped
};

struct EntryStory {
    EntryName entry;
    std::vector<CycleEvent> events;  // in the order in which they happen
    std::string end;                 // how it stands now, in a sentence
    std::optional<Time> due_at = {};
    std::string next = {};  // FleetRow's
};

struct HostStory {
    HostName host;
    std::optional<Time> reached_at;
    std::string problem;  // of the last try, "" when it was fine
    std::optional<Seconds> skew;
    std::int64_t misses = 0;
    std::optional<Time> held_until;
    std::vector<EntryStory> entries;
};

/// How what an entry serves was proved, as its host's story tells it: "handshake", or "its commands" without a probe; a
/// host that tells none made a handshake. "" when it was not.
[[nodiscard]] std::string proof_of(const DeliveredEntry& delivered);

/// How long the newest delivery took on the host; nothing where the host tells no story.
[[nodiscard]] std::optional<std::chrono::milliseconds> time_of(const DeliveredEntry& delivered);

/// What to do about it is left out: join_fleet finds it.
[[nodiscard]] HostStory tell_why(const Host& host, const std::optional<IssuerSnapshot>& issuer,
                                 const std::optional<DistributorSnapshot>& distributor, Time now);

}  // namespace halfday
