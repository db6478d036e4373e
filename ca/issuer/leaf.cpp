#include "ca/issuer/leaf.hpp"

#include <fmt/core.h>

#include "ca/base/error.hpp"
#include "ca/sign/lint.hpp"
#include "ca/sign/signer.hpp"
#include "ca/x509/chain.hpp"
#include "ca/x509/digest.hpp"
#include "ca/x509/serial.hpp"

namespace halfday {
namespace {

constexpr std::uint8_t kInstance = 1;  // of one issuer under this root
constexpr std::size_t kSerialRandomBytes = 11;

void require_reads_back(const Certificate& leaf, const LeafProfile& profile, const PublicKey& key) {
    if (leaf.names() != profile.names || leaf.other_name_count() != 0 || leaf.spki() != key.spki() ||
        Validity{leaf.not_before(), leaf.not_after()} != profile.validity) {
        throw Error(ErrorKind::io, "the certificate that was just signed does not say what was meant");
    }
}

}  // namespace

Decision<Certificate> make_leaf(const LeafProfile& profile, const PublicKey& key, const Intermediate& intermediate) {
    const Serial serial = Serial::make_at(kInstance, profile.validity.not_before, random_bytes(kSerialRandomBytes));
    const ToBeSigned tbs =
        leaf_to_be_signed(profile, key, intermediate.certificate, intermediate.key.signature_algorithm(), serial);
    auto linted = lint(tbs, ProfileKind::leaf, &intermediate.certificate);
    if (const auto* findings = std::get_if<Refusal>(&linted)) {
        return *findings;
    }
    Certificate leaf = sign_certificate(std::get<LintedCertificate>(std::move(linted)), intermediate.key);
    require_reads_back(leaf, profile, key);
    return leaf;
}

void require_verifies(const Certificate& leaf, const Intermediate& intermediate, Time now) {
    if (const auto problem =
            verify_chain({leaf, intermediate.certificate}, {intermediate.root}, ChainPurpose::server, now)) {
        throw Error(ErrorKind::io,
                    fmt::format("the certificate that was just signed does not verify: {}", problem->reason));
    }
}

}  // namespace halfday
