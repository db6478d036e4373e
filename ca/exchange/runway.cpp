#include "ca/exchange/runway.hpp"

#include <algorithm>

#include "ca/exchange/succession.hpp"

namespace halfday {
namespace {

/// An older issuer's snapshot has one end and no list.
std::vector<KnownIntermediate> known(const IssuerSnapshot& issuer) {
    if (!issuer.intermediates.empty()) {
        return issuer.intermediates;
    }
    return {{"", Time{}, issuer.intermediate_not_after}};
}

RunwayIntermediate place(const std::vector<Term>& terms, std::size_t at, const std::string& fingerprint, Time now) {
    using Turn = RunwayIntermediate::Turn;
    const auto from = signs_from(terms, at, now);
    const Turn turn = !from ? Turn::before : *from > now ? Turn::waits : Turn::signs;
    return {fingerprint, turn, turn == Turn::waits ? from : std::nullopt, terms[at].not_after};
}

void note_first_end(Runway& runway) {
    runway.ends_first = "root";
    runway.first_end = runway.root_ends;
    for (const RunwayIntermediate& each : runway.intermediates) {
        if (each.not_after < runway.first_end) {
            runway.ends_first = each.fingerprint.empty() ? "intermediate" : "intermediate " + each.fingerprint;
            runway.first_end = each.not_after;
        }
    }
}

}  // namespace

Runway runway_of(const IssuerSnapshot& issuer, Time now) {
    const auto all = known(issuer);
    std::vector<Term> terms;
    for (const KnownIntermediate& each : all) {
        terms.push_back({each.not_before, each.not_after});
    }
    Runway runway{};
    for (std::size_t at = 0; at < all.size(); ++at) {
        if (now <= all[at].not_after) {
            runway.intermediates.push_back(place(terms, at, all[at].fingerprint, now));
        }
    }
    runway.root_ends = issuer.root_not_after;
    const bool none_left = runway.intermediates.empty();
    runway.issuing_ends =
        std::min(none_left ? issuer.intermediate_not_after : issuing_ends(terms, now), issuer.root_not_after);
    runway.full_until = runway.issuing_ends - issuer.certificate_life;
    runway.intermediate_ceremony = runway.issuing_ends - kIntermediateCeremony;
    runway.root_ceremony = runway.root_ends - kRootCeremony;
    note_first_end(runway);
    return runway;
}

}  // namespace halfday
