#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/refusal.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/seen_chains.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/served.hpp"
#include "ca/issuer/trust.hpp"

namespace halfday {

/// What a run needs of a row of the ledger: there is one for every entry of the fleet.
struct IssuedRow {
    std::int64_t sequence = 0;
    Time at;
    Time not_after;
    std::string serial;
    std::string request_sha256;
    bool has_names = false;  // the very names of the inventory's entry
};

/// One certificate of one host at one run.
struct AgendaItem {
    const Host* host = nullptr;  // the inventory's
    const Entry* entry = nullptr;
    std::optional<IssuedRow> newest;
    std::optional<Served> served;  // looked up when `newest` is too young to be due by its age
    Seconds renew_after{0};        // the host's policy
    std::optional<Time> due_at;    // schedule.hpp
    bool due = false;
    bool chosen = true;              // false: this run is for other hosts
    bool by_before = false;          // the intermediate that signed before signs for it still (rollout.hpp)
    bool by_profile_before = false;  // by the profile before the settings' still (profile_rollout.hpp)

    // What became of its request, when it is due and chosen.
    bool asks = false;                  // there is one that was not answered before
    std::string request_sha256;         // of the one that was found, answered or not
    std::unique_ptr<IssuedRow> answer;  // of one that was answered before; mostly there is none
    Refusal refusal;                    // why there is one and no certificate
    bool published = false;             // the certificate that it got in this run
};

/// Every entry of the inventory, in its order, and which of them are due. Throws Error{usage} for a host of `hosts`
/// that is not in the inventory.
[[nodiscard]] std::vector<AgendaItem> take_agenda(const Inventory& inventory, const std::vector<HostName>& hosts,
                                                  const Ledger& ledger, ServedWord& served,
                                                  const CertificatePolicy& settings, Time now);

/// What is chosen is due now, whatever the schedule says.
void make_due(std::vector<AgendaItem>& agenda);

/// The item's newest certificate is now the one of `row`, and its next one due accordingly.
void take_certificate(AgendaItem& item, const LedgerRow& row, Time now);

/// Puts chains back into the exchange that are in the ledger and not there: after a crash between commit and
/// publishing, after the exchange was lost, and for a request that was answered and came again. Returns how many; a
/// failure is put into the item's refusal.
std::size_t publish_missing(std::vector<AgendaItem>& agenda, const Ledger& ledger, const Spool& spool, SeenChains& seen,
                            const Trust& trust, Time now);

}  // namespace halfday
