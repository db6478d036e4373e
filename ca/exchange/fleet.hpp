#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/runway.hpp"
#include "ca/exchange/snapshot.hpp"

namespace halfday {

enum class Health { fine, warning, critical };

/// One entry of one host, both sides' words joined.
struct FleetRow {
    HostName host;
    EntryName entry;
    Health health = Health::fine;
    std::string serving;            // serial that clients get, "" for none
    std::optional<Time> not_after;  // of that
    std::optional<Time> proved_at;  // since when it is known to be served
    std::string proved_by;          // "handshake", or "its commands" where there is no probe; "" where it is not proved
    std::optional<Time> due_at;     // next renewal
    std::optional<Seconds> skew;    // the host's clock minus this box's
    Outcome outcome = Outcome::none;
    std::string problem;                  // what is wrong, "" when nothing is; foreign bytes are escaped
    std::string next = {};                // what to do about it (next_step), "" when nothing is
    std::optional<Time> issued_at = {};   // what is served; 12 h before its end where the issuer does not know
    std::optional<Time> reached_at = {};  // the host's last answer
    std::optional<std::chrono::milliseconds> took = {};  // the newest delivery, on the host
};

/// The fleet at one moment: what `halfday status` shows.
struct Fleet {
    std::vector<FleetRow> rows;  // the most urgent first
    Health health = Health::fine;
    std::vector<std::string> problems;           // of the issuer and the distributor themselves
    std::optional<Time> first_dark;              // when the first host has no valid certificate if issuing stopped now
    std::optional<Time> last_key_ends;           // until when a server key that is stolen now is good
    std::optional<Time> intermediate_not_after;  // until when a stolen issuer box is good
    std::optional<Time> root_not_after;
    std::optional<Runway> runway;
    std::optional<RolloutNote> rollout;
    std::vector<KnownCrl> crls;  // that the issuer keeps
    std::optional<Time> issuer_ran = {};
    std::optional<Time> distributor_ran = {};
    RunCounts issuer_runs = {};
    RunCounts distributor_runs = {};
};

constexpr int kCriticalPart = 4;                        // critical with less than a fourth of its life left
constexpr auto kOverdue = std::chrono::hours{1};        // after a renewal was due: four timer runs
constexpr auto kStaleSnapshot = std::chrono::hours{1};  // four timer runs

/// Joins the inventory and the two snapshots; either may be missing. What a snapshot says of hosts that are not in
/// the inventory is left out.
[[nodiscard]] Fleet join_fleet(const Inventory& inventory, const std::optional<IssuerSnapshot>& issuer,
                               const std::optional<DistributorSnapshot>& distributor, Time now);

}  // namespace halfday
