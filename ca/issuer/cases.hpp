#pragma once

#include <optional>
#include <span>
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
    Ledger ledger;
    Spool spool;
    std::optional<ClockFault> accepted_clock;
    Time now;
};

/// An item of the agenda that asks, on its way to a certificate. What it lacks was refused: its item has the reasons.
struct Case {
    AgendaItem* item;
    std::optional<CheckedRequest> request;
    int issued_in_last_hour = 0;
    std::optional<Permitted> permitted;
    std::optional<Certificate> certificate;

    [[nodiscard]] bool refused() const { return !item->refusal.reasons.empty(); }
    void refuse(const Refusal& refusal);
};

/// The steps of a group of cases, each for those that were not refused yet; what a step throws for one case is that
/// case's refusal. look_up reads the ledger; the others work on several threads and touch neither ledger nor disk.
[[nodiscard]] std::vector<Case> check_requests(std::span<AgendaItem* const> items, const Run& run);
void look_up(std::vector<Case>& cases, const Run& run);
void decide(std::vector<Case>& cases, const Run& run);
void sign(std::vector<Case>& cases, const Run& run);

}  // namespace halfday
