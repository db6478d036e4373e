#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "ca/x509/certificate.hpp"
#include "ca/x509/tbs.hpp"

namespace halfday::test {

inline constexpr Time kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + std::chrono::hours{12}};

inline PrivateKey new_key(std::string_view algorithm = "P-256") {
    return PrivateKey::generate(KeyAlgorithm::parse(algorithm));
}

inline Serial serial(char last) { return Serial::make(1, std::string(14, '\x5a') + last); }

inline DnsName dns(std::string_view text) { return DnsName::parse(text); }

/// Signs whatever it is given: the tests' forger.
inline Certificate signed_by(const PrivateKey& key, ToBeSigned tbs) {
    tbs.signature_algorithm = key.signature_algorithm();
    const std::string content = encode_tbs(tbs);
    return Certificate::parse_der(encode_certificate(content, tbs.signature_algorithm, key.sign(content)));
}

/// A root, an intermediate and a leaf with the extensions of section 5 of the design, as values to spoil and sign.
struct World {
    PrivateKey root_key = new_key();
    PrivateKey intermediate_key = new_key();
    PrivateKey leaf_key = new_key();

    [[nodiscard]] ToBeSigned root() const {
        const std::string& spki = root_key.public_key().spki();
        return {serial('r'),
                root_key.signature_algorithm(),
                encode_name("Root"),
                kNow - std::chrono::hours{1},
                kNow + std::chrono::hours{24 * 365},
                encode_name("Root"),
                spki,
                {basic_constraints_ca(std::nullopt), key_usage(KeyUsage::certificate_and_crl_sign),
                 subject_key_identifier(spki), authority_key_identifier(key_identifier(spki)),
                 name_constraints({{dns("example.org")}})}};
    }
    [[nodiscard]] ToBeSigned intermediate() const {
        const std::string& spki = intermediate_key.public_key().spki();
        return {serial('i'),
                root_key.signature_algorithm(),
                encode_name("Root"),
                kNow - std::chrono::hours{1},
                kNow + std::chrono::hours{24 * 35},
                encode_name("Intermediate"),
                spki,
                {basic_constraints_ca(0), key_usage(KeyUsage::certificate_and_crl_sign),
                 extended_key_usage({std::string(oid::kServerAuth)}), subject_key_identifier(spki),
                 authority_key_identifier(key_identifier(root_key.public_key().spki())),
                 name_constraints({{dns("example.org")}})}};
    }
    [[nodiscard]] ToBeSigned leaf() const {
        return {serial('l'),
                intermediate_key.signature_algorithm(),
                encode_name("Intermediate"),
                kNow - std::chrono::minutes{30},
                kNow + std::chrono::hours{12} - std::chrono::minutes{30} - Seconds{1},
                encode_name(""),
                leaf_key.public_key().spki(),
                {basic_constraints_leaf(), key_usage(KeyUsage::digital_signature),
                 extended_key_usage({std::string(oid::kServerAuth)}),
                 subject_alternative_name({dns("www.example.org"), dns("example.org")}),
                 authority_key_identifier(key_identifier(intermediate_key.public_key().spki())), no_rev_avail()}};
    }
};

/// Puts `extension` in the place of the one of its kind.
inline void replace(ToBeSigned& tbs, const Extension& extension) {
    for (Extension& old : tbs.extensions) {
        if (old.oid == extension.oid) old = extension;
    }
}

inline void remove(ToBeSigned& tbs, std::string_view oid) {
    std::erase_if(tbs.extensions, [oid](const Extension& extension) { return extension.oid == oid; });
}

}  // namespace halfday::test
