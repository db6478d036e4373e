#include "ca/status/summary.hpp"

#include <set>

#include "ca/base/escape.hpp"

namespace halfday {
namespace {

std::optional<Ceremony> next_ceremony(const Fleet& fleet) {
    std::optional<Ceremony> next;
    const auto consider = [&](Ceremony ceremony) {
        if (!next || ceremony.due < next->due) {
            next = std::move(ceremony);
        }
    };
    if (fleet.runway) {
        consider({Ceremony::What::intermediate, fleet.runway->intermediate_ceremony, ""});
        consider({Ceremony::What::root, fleet.runway->root_ceremony, ""});
    }
    for (const KnownCrl& crl : fleet.crls) {
        consider({Ceremony::What::crl, crl.next_update, crl.root});
    }
    return next;
}

}  // namespace

std::string describe(const Ceremony& ceremony) {
    switch (ceremony.what) {
        case Ceremony::What::intermediate:
            return "an intermediate";
        case Ceremony::What::root:
            return "a root";
        case Ceremony::What::crl:
            return "the CRL of " + printable(ceremony.root);
    }
    return "";
}

bool is_dark(const FleetRow& row, Time now) { return !row.not_after || *row.not_after <= now; }

FleetSummary summarise(const Fleet& fleet, Time now) {
    FleetSummary summary;
    std::set<HostName> hosts;
    for (const FleetRow& row : fleet.rows) {
        hosts.insert(row.host);
        const bool dark = is_dark(row, now);
        summary.dark += dark ? 1U : 0U;
        summary.served += !dark && row.proved_at ? 1U : 0U;
        summary.warning += row.health == Health::warning ? 1U : 0U;
        summary.critical += row.health == Health::critical ? 1U : 0U;
        if (!dark && (summary.next_dark == nullptr || *row.not_after < *summary.next_dark->not_after)) {
            summary.next_dark = &row;
        }
    }
    summary.hosts = hosts.size();
    summary.certificates = fleet.rows.size();
    summary.next_ceremony = next_ceremony(fleet);
    return summary;
}

std::string_view word_of(Health health) {
    switch (health) {
        case Health::fine:
            return "OK";
        case Health::warning:
            return "WARNING";
        case Health::critical:
            return "CRITICAL";
    }
    return "";
}

}  // namespace halfday
