#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/message.hpp"
#include "ca/exchange/settings.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/issuer/agenda.hpp"
#include "ca/issuer/clock_check.hpp"
#include "ca/issuer/intermediate.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/policy.hpp"
#include "ca/x509/certificate.hpp"

namespace halfday {

/// All that a run of the issuer holds open before it looks at foreign bytes.
struct Run {
    Settings settings;
    Inventory inventory;
    Intermediate intermediate;
    std::optional<Intermediate> before;               // it signs for those whom a rollout has not reached
    std::optional<CertificatePolicy> profile_before;  // in use, and another than the settings'
    Ledger ledger;
    Ledger earlier;  // for those who examine requests, while `ledger` records: what it says of before this run
    Spool spool;
    std::optional<ClockFault> accepted_clock;
    Time now;

    [[nodiscard]] const Intermediate& intermediate_for(const AgendaItem& item) const {
        return item.by_before ? *before : intermediate;
    }
    /// Of the fleet; policy_of says what the host's file makes of it.
    [[nodiscard]] const CertificatePolicy& profile_for(const AgendaItem& item) const {
        return item.by_profile_before ? *profile_before : settings.certificates;
    }
};

/// An unanswered request of an item of the agenda, on its way to a certificate. What it lacks was refused: its item has
/// the reasons.
struct Case {
    AgendaItem* item;
    std::string jws = {};  // foreign bytes
    std::optional<CheckedRequest> request = {};
    int issued_in_last_hour = 0;
    std::optional<Permitted> permitted = {};
    std::optional<Certificate> certificate = {};

    [[nodiscard]] bool refused() const { return !item->refusal.reasons.empty(); }
    void refuse(const Refusal& refusal);
};

/// Decides on requests and signs certificates, a group of items at a time; several threads may do so at once, each with
/// items of its own. An entry is examined once in a run, so that what the ledger said before the run is all there is to
/// know of it.
class Examiner {
   public:
    explicit Examiner(const Run& run);

    /// The items' requests that were not answered yet, and what may be signed for them. What goes wrong with one of
    /// them is its refusal.
    [[nodiscard]] std::vector<Case> examine(std::span<AgendaItem* const> items);
    /// Signs what is permitted.
    void sign(std::vector<Case>& cases) const;

   private:
    void ask_ledger_of(std::span<Case> cases);

    const Run& run_;
    std::vector<Fingerprint> roots_;  // whom a request may be meant for
    std::mutex earlier_;              // of the run
};

}  // namespace halfday
