#pragma once

#include "ca/x509/crl.hpp"
#include "tests/unit/x509/certificates.hpp"

namespace halfday::test {

/// A CRL of the world's root with this number, in force for 100 days from kNow; not held against anything.
inline Crl crl_of(const World& world, std::uint64_t number, std::vector<RevokedCertificate> revoked = {}) {
    const CrlToBeSigned tbs{.signature_algorithm = world.root_key.signature_algorithm(),
                            .issuer = world.root().subject,
                            .authority_key_identifier = key_identifier(world.root_key.public_key().spki()),
                            .number = number,
                            .this_update = kNow,
                            .next_update = kNow + std::chrono::days{100},
                            .revoked = std::move(revoked)};
    const std::string content = encode_crl_tbs(tbs);
    return Crl::parse_der(encode_crl(content, tbs.signature_algorithm, world.root_key.sign(content)));
}

/// The entry of a certificate that was revoked for its stolen key.
inline RevokedCertificate stolen(const Certificate& certificate) {
    return {certificate.serial_hex(), kNow, RevocationReason::key_compromise};
}

}  // namespace halfday::test
