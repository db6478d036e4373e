#pragma once

#include <string>
#include <utility>

#include "ca/base/refusal.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/tbs.hpp"

namespace halfday {

enum class ProfileKind { root, intermediate, cross, leaf };

/// A to-be-signed certificate that passed every lint: the only thing that sign_certificate takes. Made by lint alone.
class LintedCertificate {
   public:
    LintedCertificate(LintedCertificate&&) = default;
    LintedCertificate& operator=(LintedCertificate&&) = default;
    LintedCertificate(const LintedCertificate&) = delete;
    LintedCertificate& operator=(const LintedCertificate&) = delete;
    ~LintedCertificate() = default;

    [[nodiscard]] const std::string& tbs_der() const noexcept { return tbs_der_; }
    [[nodiscard]] const std::string& signature_algorithm() const noexcept { return signature_algorithm_; }
    /// The public key of the only one who may sign it: the issuer, or for a root itself.
    [[nodiscard]] const std::string& signer_spki() const noexcept { return signer_spki_; }

   private:
    friend Decision<LintedCertificate> lint(const ToBeSigned& tbs, ProfileKind kind, const Certificate* issuer);
    LintedCertificate(std::string tbs_der, std::string signature_algorithm, std::string signer_spki)
        : tbs_der_(std::move(tbs_der)),
          signature_algorithm_(std::move(signature_algorithm)),
          signer_spki_(std::move(signer_spki)) {}
    std::string tbs_der_;
    std::string signature_algorithm_;
    std::string signer_spki_;
};

/// Holds a to-be-signed certificate against RFC 5280, RFC 9608 and the profile's exact list of extensions, in the
/// profile's order: validity in order, within the issuer's and (leaf) within Lifetime's bounds; names within the
/// issuer's constraints, at least one, no doubles; an intermediate's constraints within the root's; a serial as ours
/// are; a key and a signature algorithm that are strong enough and fit; the issuer's name, AKI and right to issue this
/// kind; key usage, purposes, basic constraints, critical flags. `issuer` is null for a root and for nothing else.
/// Every finding is a reason of the refusal. Throws Error{corrupt} when `issuer` itself can't be read.
[[nodiscard]] Decision<LintedCertificate> lint(const ToBeSigned& tbs, ProfileKind kind, const Certificate* issuer);

}  // namespace halfday
