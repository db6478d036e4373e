#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/message.hpp"
#include "ca/exchange/snapshot.hpp"
#include "distribute/push/deliveries.hpp"
#include "distribute/push/hold_off.hpp"

namespace halfday {

// Which hosts a run connects to, and for what: those with a chain that is not known to have arrived, those with an
// entry that is due for which no request waits for the issuer, and those where something was wrong at the last try, to
// see whether it still is. No other host hears of the run.

/// What a person, or the timer, asks of a run.
struct PushOrder {
    enum class Only {
        due,     // and undelivered: what a run is for
        failed,  // of these, hosts that failed at the last try
    };
    /// Which entries are asked for their request. `now`: all, so that what the issuer gets is what the host has now.
    enum class Ask { when_due, now };
    std::vector<HostName> named = {};  // these hosts alone; all when none is
    Only only = Only::due;
    Ask ask = Ask::when_due;

    /// Whether hosts are tried that a run by the timer would hold off from.
    [[nodiscard]] bool is_insistent() const { return !named.empty() || only == Only::failed; }
};

/// The hosts of a run, in the inventory's order and once each. A host failed when it was not reached, something of it
/// was not believed, or its newest chain is not proved. Throws Error{usage} for names that the inventory doesn't have,
/// with the name that is most like it.
[[nodiscard]] std::vector<const Host*> select_hosts(const Inventory& inventory, const HostRecords& records,
                                                    const PushOrder& order);

/// A chain file in the spool.
struct ChainFacts {
    std::string sha256;
    std::string answers;  // SHA-256 of the request that it answers, "" when its first line says nothing
    bool operator==(const ChainFacts&) const = default;
};

/// What the issuer said of an entry (IssuedEntry).
struct IssuerFacts {
    std::optional<Time> due_at;
    std::string refused_request;
};

/// What the plan knows of an entry.
struct EntryFacts {
    EntryName entry;
    std::optional<ChainFacts> chain;
    std::string request = {};                // SHA-256 of the request in the spool, "" for none; where needs_request
    std::optional<IssuerFacts> issued = {};  // the issuer's word, nothing when it has not spoken of the entry
    std::string delivered = {};              // SHA-256 of the newest chain file that a receipt spoke of, "" for none
    Outcome outcome = Outcome::none;         // of the newest receipt
};

struct HostFacts {
    const Host* host;
    std::vector<EntryFacts> entries;
    Misses misses = {};
    std::optional<Time> first_end = {};  // of what it serves (first_end_of)
    bool was_wrong = false;              // was_wrong of its record
};

/// A connection to be made.
struct HostPlan {
    const Host* host;
    std::vector<EntryName> deliver;
    std::vector<EntryName> ask;           // neither of them: its receipts alone
    unsigned missed_runs = 0;             // Misses
    std::optional<Time> held_until = {};  // no run tries it before, unless it is insistent
    bool operator==(const HostPlan&) const = default;
};

/// Whether a certificate is to be renewed: when the issuer says so, or, where it has not spoken of the entry, when
/// there is no chain.
[[nodiscard]] bool is_due(const EntryFacts& facts, Time now);

/// Whether the chain is to go to the host: it has not arrived there, or it has, and the same chain again may help.
///     proved                      no
///     unproved, failed, none      yes: the host looks, and tries, again; a chain that is served already changes
///     nothing refused, skew, rolled_back  as long as the host's request is still the one that the chain answers: it
///     has kept
///                                 the key, and what was wrong (a root, a clock) may have been mended there
[[nodiscard]] bool is_undelivered(const EntryFacts& facts);

/// Whether the two above depend on the spool's request.
[[nodiscard]] bool needs_request(const EntryFacts& facts, Time now);

/// The connections to be made: hosts that were not missed at the last try first, else in the order of `facts`.
[[nodiscard]] std::vector<HostPlan> make_plan(const std::vector<HostFacts>& facts, PushOrder::Ask ask, Time now);

/// "deliver www; ask for www", or "look again".
[[nodiscard]] std::string describe(const HostPlan& plan);

}  // namespace halfday
