#include "ca/exchange/runway.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ca/base/escape.hpp"
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

std::vector<Term> terms_of(const std::vector<KnownIntermediate>& all) {
    std::vector<Term> terms;
    for (const KnownIntermediate& each : all) {
        terms.push_back({each.not_before, each.not_after});
    }
    return terms;
}

std::vector<Term> joined(std::vector<Term> terms, const std::vector<Term>& others) {
    terms.insert(terms.end(), others.begin(), others.end());
    return terms;
}

void place_sealed(Runway& runway, const std::vector<Term>& unsealed, const IssuerSnapshot& issuer, Time now) {
    const std::vector<Term> terms = joined(unsealed, terms_of(issuer.sealed));
    for (std::size_t at = 0; at < issuer.sealed.size(); ++at) {
        if (const auto from = signs_from(terms, unsealed.size() + at, now)) {
            runway.intermediates.push_back(
                {issuer.sealed[at].fingerprint, RunwayIntermediate::Turn::sealed, from, issuer.sealed[at].not_after});
        }
    }
}

void note_first_end(Runway& runway) {
    runway.ends_first = "root";
    runway.first_end = runway.root_ends;
    for (const RunwayIntermediate& each : runway.intermediates) {
        if (each.turn != RunwayIntermediate::Turn::sealed && each.not_after < runway.first_end) {
            runway.ends_first = each.fingerprint.empty() ? "intermediate" : "intermediate " + each.fingerprint;
            runway.first_end = each.not_after;
        }
    }
}

}  // namespace

std::optional<NextWindow> next_window(const std::vector<KnownIntermediate>& unsealed,
                                      const std::vector<KnownIntermediate>& sealed, Time now) {
    const std::vector<Term> terms = terms_of(unsealed);
    const auto which = next_sealed(terms, terms_of(sealed), now);
    if (!which) {
        return std::nullopt;
    }
    const KnownIntermediate& next = sealed[*which];
    return NextWindow{next.fingerprint, next.not_before, next.not_after, issuing_ends(terms, now)};
}

std::optional<std::string> unseal_notice(const NextWindow& next, Time now) {
    if (now < next.opens - kUnsealNotice) {
        return std::nullopt;
    }
    const std::string ends =
        next.issuing_ends < now ? "nothing is issued" : "issuing ends at " + format_time(next.issuing_ends);
    return fmt::format("the key {} of the window that open{} at {} is sealed, and {} without it: sudo halfday unseal",
                       printable(next.fingerprint), next.opens <= now ? "ed" : "s", format_time(next.opens), ends);
}

Runway runway_of(const IssuerSnapshot& issuer, Time now) {
    const auto all = known(issuer);
    const std::vector<Term> terms = terms_of(all);
    Runway runway{};
    for (std::size_t at = 0; at < all.size(); ++at) {
        if (now <= all[at].not_after) {
            runway.intermediates.push_back(place(terms, at, all[at].fingerprint, now));
        }
    }
    place_sealed(runway, terms, issuer, now);
    runway.root_ends = issuer.root_not_after;
    const bool none_left = runway.intermediates.empty();
    const Time ends =
        none_left ? issuer.intermediate_not_after : issuing_ends(joined(terms, terms_of(issuer.sealed)), now);
    runway.issuing_ends = std::min(ends, issuer.root_not_after);
    runway.next_window = next_window(all, issuer.sealed, now);
    runway.full_until = runway.issuing_ends - issuer.certificate_life;
    runway.intermediate_ceremony = runway.issuing_ends - kIntermediateCeremony;
    runway.root_ceremony = runway.root_ends - kRootCeremony;
    note_first_end(runway);
    return runway;
}

}  // namespace halfday
