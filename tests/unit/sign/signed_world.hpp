#pragma once

#include "ca/base/duration.hpp"
#include "ca/sign/profile.hpp"
#include "ca/sign/signer.hpp"
#include "tests/unit/x509/certificates.hpp"

namespace halfday::test {

/// What is to be signed, linted and signed; fails the test case when it is refused.
inline Certificate issue(const ToBeSigned& tbs, ProfileKind kind, const Certificate* issuer, const PrivateKey& key) {
    auto decision = lint(tbs, kind, issuer);
    if (const auto* refusal = std::get_if<Refusal>(&decision)) FAIL(refusal->text());
    return sign_certificate(std::get<LintedCertificate>(std::move(decision)), key);
}

/// Keys and certificates as halfday makes them, and what would be signed next.
struct SignedWorld {
    PrivateKey root_key = new_key("P-384");
    PrivateKey intermediate_key = new_key();
    PrivateKey leaf_key = new_key();
    Certificate root = issue(root_tbs(), ProfileKind::root, nullptr, root_key);
    Certificate intermediate = issue(intermediate_tbs(), ProfileKind::intermediate, &root, root_key);

    [[nodiscard]] static NameConstraints root_permits() {
        return {{dns("example.org"), dns("example.net")},
                {IpRange::parse("192.0.2.0/24"), IpRange::parse("2001:db8::/32")}};
    }
    [[nodiscard]] ToBeSigned root_tbs() const {
        const auto validity = Validity::from(kNow - kCaBackdate, std::chrono::hours{24 * 3650});
        return root_to_be_signed({"Example Root", root_permits(), validity}, root_key.public_key(),
                                 root_key.signature_algorithm(), serial('r'));
    }
    [[nodiscard]] ToBeSigned intermediate_tbs() const {
        const auto validity = Validity::from(kNow - kCaBackdate, std::chrono::hours{24 * 35});
        return intermediate_to_be_signed(
            {"Example Issuer", {{dns("example.org")}, {IpRange::parse("192.0.2.0/25")}}, validity},
            intermediate_key.public_key(), root, root_key.signature_algorithm(), serial('i'));
    }
    [[nodiscard]] ToBeSigned leaf_tbs() const {
        const auto validity = Validity::from(kNow - std::chrono::minutes{30}, std::chrono::hours{12});
        return leaf_to_be_signed({{dns("www.example.org"), dns("example.org")}, validity}, leaf_key.public_key(),
                                 intermediate, intermediate_key.signature_algorithm(), serial('l'));
    }
};

}  // namespace halfday::test
