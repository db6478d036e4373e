#include "ca/issuer/intermediate.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/issuer/sealed_keys.hpp"
#include "ca/token/open_key.hpp"

namespace halfday {
namespace {

void refuse_length(const Chain& chain, const Trust& trust, Refusal& refusal) {
    if (chain.size() > 2) {
        refusal.reasons.push_back(
            fmt::format("there are {} certificates, and an intermediate is signed by the root itself: one is expected",
                        chain.size()));
    } else if (chain.size() == 2 && chain[1] != trust.root_of(chain[0])) {
        refusal.reasons.push_back(
            fmt::format("the certificate after the intermediate, '{}', is not the pinned root", chain[1].subject()));
    }
}

void refuse_key(const Certificate& intermediate, const std::vector<PublicKey>& own_keys, Refusal& refusal) {
    if (std::find(own_keys.begin(), own_keys.end(), intermediate.public_key()) != own_keys.end()) {
        return;
    }
    std::string owned;
    for (const PublicKey& key : own_keys) {
        owned += (owned.empty() ? "" : " and ") + key.fingerprint().text();
    }
    refusal.reasons.push_back(fmt::format("it is for the key {}, and this issuer's {} {}",
                                          intermediate.fingerprint().text(),
                                          own_keys.size() == 1 ? "key is" : "keys are", owned));
}

/// Forms that NameConstraints can't hold are refused as well: nobody could say what they permit.
void refuse_constraints(const Certificate& intermediate, Refusal& refusal) {
    try {
        if (!intermediate.name_constraints()) {
            refusal.reasons.emplace_back("it has no name constraints, so it could sign for any name");
        }
    } catch (const Error& error) {
        refusal.reasons.emplace_back(error.what());
    }
}

void refuse_extensions(const Certificate& intermediate, Refusal& refusal) {
    if (!intermediate.is_ca()) {
        refusal.reasons.emplace_back("it is not a CA certificate");
    }
    if (intermediate.path_length() != 0) {
        refusal.reasons.emplace_back("its path length is not 0, so it could sign other CAs");
    }
    const auto purposes = intermediate.extended_key_usage();
    if (std::find(purposes.begin(), purposes.end(), oid::kServerAuth) == purposes.end()) {
        refusal.reasons.emplace_back("its extended key usage has no serverAuth");
    }
    refuse_constraints(intermediate, refusal);
}

void refuse_path(const Certificate& intermediate, const Trust& trust, Time now, Refusal& refusal) {
    if (const auto problem = verify_chain({intermediate}, trust.roots, ChainPurpose::certificate_authority, now)) {
        refusal.reasons.push_back(problem->reason);
    }
    for (std::string& reason : revoked_in({intermediate}, trust.crls)) {
        refusal.reasons.push_back(std::move(reason));
    }
}

std::string next_action(const Accepted& accepted, const Trust& trust, Time now) {
    if (!revoked_in({accepted.certificate}, trust.crls).empty()) {
        return "halfday init makes another key and its request, unless there is a next one; have that signed";
    }
    if (now < accepted.certificate.not_before()) {
        return "set this box's clock; if it is right, wait";
    }
    return fmt::format(
        "carry '{}' to the air-gapped box, `halfday-root sign` it there, and `halfday accept` the chain here",
        accepted.place.request().string());
}

std::vector<Accepted> require_accepted(const Places& places, std::string_view key_uri) {
    auto accepted = read_accepted(places, key_uri);
    if (accepted.empty()) {
        const KeyPlace first = first_key_place(places, key_uri);
        throw Error(
            ErrorKind::not_found,
            fmt::format("no intermediate was accepted yet: there is no '{}'", first.chain().string()),
            fmt::format("have '{}' signed on the air-gapped box, then halfday accept CHAIN", first.request().string()));
    }
    return accepted;
}

/// The one that signs and those that would without it; where none may, the newest, of which it is told why.
std::vector<Accepted> by_precedence(const std::vector<Accepted>& accepted, std::vector<Accepted> usable, Time now) {
    std::vector<Accepted> ordered;
    while (const auto which = signing_at(terms_of(usable), now)) {
        ordered.push_back(usable[*which]);
        usable.erase(usable.begin() + static_cast<std::ptrdiff_t>(*which));
    }
    if (ordered.empty()) {
        ordered.push_back(newest_of(accepted));
    }
    return ordered;
}

PrivateKey open_key(const Places& places, const Accepted& accepted, const Trust& trust,
                    const PassphraseSource& passphrase, Time now) {
    PrivateKey key = load_issuer_key(places, accepted.place.key.text(), passphrase);
    const auto decision = check_chain({accepted.certificate}, {key.public_key()}, trust, now);
    if (const auto* refusal = std::get_if<Refusal>(&decision)) {
        throw Error(ErrorKind::corrupt,
                    fmt::format("the intermediate in '{}' can't be used: {}", accepted.file.string(), refusal->text()),
                    next_action(accepted, trust, now));
    }
    return key;
}

std::vector<Certificate> certificates_of(const std::vector<Accepted>& accepted) {
    std::vector<Certificate> certificates;
    for (const Accepted& each : accepted) {
        certificates.push_back(each.certificate);
    }
    return certificates;
}

std::vector<std::string> lines_of(const std::vector<Error>& damaged) {
    std::vector<std::string> lines;
    for (const Error& each : damaged) {
        lines.push_back(fmt::format("{}: {}", each.what(), each.hint()));
    }
    return lines;
}

/// Where none can sign, and a window is open whose key is sealed, that is what is to be done.
Error with_unsealing(const Error& error, const std::vector<SealedKey>& sealed, Time now) {
    const bool is_open = !sealed.empty() && sealed.front().certificate->not_before() <= now;
    return is_open ? Error(error.kind(), error.what(),
                           fmt::format("sudo halfday unseal: the window from {} is open, and its key is sealed",
                                       format_time(sealed.front().certificate->not_before())))
                   : error;
}

}  // namespace

Decision<Certificate> check_chain(const Chain& chain, const std::vector<PublicKey>& own_keys, const Trust& trust,
                                  Time now) {
    if (chain.empty()) {
        return Refusal{{"there is no certificate"}};
    }
    const Certificate& intermediate = chain.front();
    Refusal refusal;
    refuse_length(chain, trust, refusal);
    refuse_key(intermediate, own_keys, refusal);
    refuse_extensions(intermediate, refusal);
    refuse_path(intermediate, trust, now, refusal);
    if (!refusal.reasons.empty()) {
        return refusal;
    }
    return intermediate;
}

Authority authority_of(const Certificate& intermediate, const Certificate& root) {
    return {intermediate.name_constraints().value_or(NameConstraints{}),
            {intermediate.not_before(), intermediate.not_after()},
            root.name_constraints(),
            widest_purpose(intermediate.extended_key_usage())};
}

std::vector<Accepted> usable_of(const std::vector<Accepted>& accepted, const Trust& trust, Time now) {
    std::vector<Accepted> usable;
    for (const Accepted& each : accepted) {
        const Time when = std::max(now, each.certificate.not_before());
        const auto decision = check_chain({each.certificate}, {each.certificate.public_key()}, trust, when);
        if (std::holds_alternative<Certificate>(decision)) {
            usable.push_back(each);
        }
    }
    return usable;
}

PrivateKey load_issuer_key(const Places& places, std::string_view uri, const PassphraseSource& passphrase) {
    const KeyUri key = KeyUri::parse(uri, places.issuer());
    try {
        return open_key(key, passphrase);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found || !key.file()) {
            throw;
        }
        throw Error(ErrorKind::not_found, fmt::format("there is no issuer key '{}'", key.text()),
                    "halfday init, or bring the key back from where it was sealed");
    }
}

Intermediate load_intermediate(const Places& places, std::string_view key_uri, const PassphraseSource& passphrase,
                               Time now) {
    Trust trust = load_trust(places);
    const auto accepted = require_accepted(places, key_uri);
    const auto usable = usable_of(accepted, trust, now);
    const SealedKeys found = find_sealed(places);
    const auto sealed = usable_sealed(found.whole, trust, now);
    std::vector<std::string> passed_over = lines_of(found.damaged);
    std::optional<Error> first;
    for (const Accepted& each : by_precedence(accepted, usable, now)) {
        try {
            PrivateKey key = open_key(places, each, trust, passphrase, now);
            Certificate root = trust.root_of(each.certificate);
            return {std::move(key),          each.certificate,       std::move(root),        std::move(trust),
                    certificates_of(usable), std::move(passed_over), certificates_of(sealed)};
        } catch (const Error& error) {
            passed_over.push_back(
                fmt::format("the intermediate in '{}' was to sign, and can't: {}", each.file.string(), error.what()));
            if (!first) {
                first = error;
            }
        }
    }
    throw with_unsealing(*first, sealed, now);
}

Time signs_until(const Certificate& before) { return before.not_after() - Lifetime::kCeiling; }

std::optional<Intermediate> load_before(const Places& places, std::string_view key_uri,
                                        const PassphraseSource& passphrase, Intermediate& signing, Time now) {
    if (signing.accepted.size() < 2) {
        return std::nullopt;
    }
    auto older = usable_of(read_accepted(places, key_uri), signing.trust, now);
    std::erase_if(older, [&](const Accepted& each) {
        return each.certificate.not_before() >= signing.certificate.not_before() || signs_until(each.certificate) < now;
    });
    const auto which = signing_at(terms_of(older), now);
    if (!which) {
        return std::nullopt;
    }
    const Accepted& before = older[*which];
    try {
        return Intermediate{open_key(places, before, signing.trust, passphrase, now), before.certificate,
                            signing.trust.root_of(before.certificate), signing.trust, signing.accepted};
    } catch (const Error& error) {
        signing.passed_over.push_back(fmt::format(
            "the intermediate in '{}' was to sign for those whom the rollout has not reached, and can't: {}",
            before.file.string(), error.what()));
        return std::nullopt;
    }
}

Authority load_authority(const Places& places, std::string_view key_uri, Time now) {
    const Trust trust = load_trust(places);
    const auto accepted = require_accepted(places, key_uri);
    const Certificate first = by_precedence(accepted, usable_of(accepted, trust, now), now).front().certificate;
    return authority_of(first, trust.root_of(first));
}

}  // namespace halfday
