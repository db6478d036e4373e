#include "ca/issuer/intermediate.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/issuer/issuer_files.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostChainBytes = 64 * 1024;

void refuse_length(const Chain& chain, const Certificate& root, Refusal& refusal) {
    if (chain.size() > 2) {
        refusal.reasons.push_back(
            fmt::format("there are {} certificates, and an intermediate is signed by the root itself: one is expected",
                        chain.size()));
    } else if (chain.size() == 2 && chain[1] != root) {
        refusal.reasons.push_back(
            fmt::format("the certificate after the intermediate, '{}', is not the pinned root", chain[1].subject()));
    }
}

void refuse_key(const Certificate& intermediate, const PublicKey& own_key, Refusal& refusal) {
    if (intermediate.public_key() != own_key) {
        refusal.reasons.push_back(fmt::format("it is for the key {}, and this issuer's key is {}",
                                              intermediate.fingerprint().text(), own_key.fingerprint().text()));
    }
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

void refuse_path(const Certificate& intermediate, const Certificate& root, Time now, Refusal& refusal) {
    if (const auto problem = verify_chain({intermediate}, {root}, ChainPurpose::certificate_authority, now)) {
        refusal.reasons.push_back(problem->reason);
    }
}

std::string next_action(const IssuerFiles& files, const Certificate& intermediate, Time now) {
    if (now < intermediate.not_before()) {
        return "set this box's clock; if it is right, wait";
    }
    return fmt::format(
        "carry '{}' to the air-gapped box, `halfday-root sign` it there, and `halfday accept` the chain here",
        files.request().string());
}

Chain read_accepted_chain(const IssuerFiles& files) {
    const auto pem = read_file_if_there(files.chain(), kMostChainBytes);
    if (!pem) {
        throw Error(
            ErrorKind::not_found,
            fmt::format("no intermediate was accepted yet: there is no '{}'", files.chain().string()),
            fmt::format("have '{}' signed on the air-gapped box, then halfday accept CHAIN", files.request().string()));
    }
    return parse_chain(*pem);
}

}  // namespace

Decision<Certificate> check_chain(const Chain& chain, const PublicKey& own_key, const Certificate& root, Time now) {
    if (chain.empty()) {
        return Refusal{{"there is no certificate"}};
    }
    const Certificate& intermediate = chain.front();
    Refusal refusal;
    refuse_length(chain, root, refusal);
    refuse_key(intermediate, own_key, refusal);
    refuse_extensions(intermediate, refusal);
    refuse_path(intermediate, root, now, refusal);
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

Certificate load_root(const Places& places) {
    const Path path = places.root_certificate();
    try {
        require_roots_own(path);
        return Certificate::parse_pem(read_file(path, kMostChainBytes));
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::usage) {
            throw;
        }
        throw Error(error.kind(), fmt::format("root certificate '{}': {}", path.string(), error.what()),
                    fmt::format("copy root.pem of the air-gapped box to '{}'", path.string()));
    }
}

PrivateKey load_issuer_key(const Places& places, std::string_view uri, const PassphraseSource& passphrase) {
    const KeyUri key = KeyUri::parse(uri, places.issuer());
    try {
        return PrivateKey::load(key, passphrase);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found) {
            throw;
        }
        throw Error(ErrorKind::not_found, fmt::format("there is no issuer key '{}'", key.text()),
                    "halfday init, or bring the key back from where it was sealed");
    }
}

Intermediate load_intermediate(const Places& places, std::string_view key_uri, const PassphraseSource& passphrase,
                               Time now) {
    const IssuerFiles files(places);
    Certificate root = load_root(places);
    PrivateKey key = load_issuer_key(places, key_uri, passphrase);
    const Chain chain = read_accepted_chain(files);
    const auto decision = check_chain(chain, key.public_key(), root, now);
    if (const auto* refusal = std::get_if<Refusal>(&decision)) {
        throw Error(ErrorKind::corrupt,
                    fmt::format("the intermediate in '{}' can't be used: {}", files.chain().string(), refusal->text()),
                    next_action(files, chain.front(), now));
    }
    return {std::move(key), std::get<Certificate>(decision), std::move(root)};
}

Authority load_authority(const Places& places) {
    return authority_of(read_accepted_chain(IssuerFiles(places)).front(), load_root(places));
}

}  // namespace halfday
