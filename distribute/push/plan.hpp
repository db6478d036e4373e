#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/message.hpp"
#include "ca/exchange/snapshot.hpp"

namespace halfday {

// Which hosts a run connects to, and for what: those with a chain that is not known to have arrived, and those with an
// entry that is due for which no request waits for the issuer. No other host hears of the run.

/// The hosts of a run.
struct Selection {
    std::vector<const Host*> hosts;
    /// Someone who names a host wants it tried again: chains that were rolled back are delivered anew.
    enum class Because { everyone, named } because = Because::everyone;
};

/// Those that are named, in the inventory's order and once each; all when none is. Throws Error{usage} for names that
/// the inventory doesn't have, with the name that is most like it.
[[nodiscard]] Selection select_hosts(const Inventory& inventory, const std::vector<HostName>& named);

/// A chain file in the spool.
struct ChainFacts {
    std::string sha256;
    std::string answers;  // SHA-256 of the request that it answers, "" when its first line says nothing
    bool operator==(const ChainFacts&) const = default;
};

/// What the plan knows of an entry.
struct EntryFacts {
    EntryName entry;
    std::optional<ChainFacts> chain;
    std::string request;                // SHA-256 of the request in the spool, "" for none; needed only when it is due
    std::optional<IssuedEntry> issued;  // the issuer's word, nothing when it has not spoken of the entry
    std::string settled;                // SHA-256 of the newest chain file that the host has settled, "" for none
    Outcome outcome = Outcome::none;    // of its newest receipt
};

struct HostFacts {
    const Host* host;
    std::vector<EntryFacts> entries;
};

/// A connection to be made.
struct HostPlan {
    const Host* host;
    std::vector<EntryName> deliver;
    std::vector<EntryName> ask;
    bool operator==(const HostPlan&) const = default;
};

/// Whether an outcome needs no other delivery of the same chain.
///     proved       yes: clients get it
///     rolled_back  until the next renewal: a reload that failed is not repeated every quarter of an hour
///     unproved     no: the same chain again makes the host look again at its web server, and changes nothing else
///     refused      no: what was refused (grants, limits) is mended on the host, and the chain is still good then
///     skew         no: clocks get mended
///     failed, none no
[[nodiscard]] bool settles(Outcome outcome) noexcept;

/// Whether a certificate is to be renewed: when the issuer says so, or, where it has not spoken of the entry, when
/// there is no chain.
[[nodiscard]] bool is_due(const EntryFacts& facts, Time now);

/// The connections to be made, in the order of `facts`.
[[nodiscard]] std::vector<HostPlan> make_plan(const std::vector<HostFacts>& facts, Selection::Because because,
                                              Time now);

/// "deliver www; ask for www".
[[nodiscard]] std::string describe(const HostPlan& plan);

}  // namespace halfday
