#pragma once

#include <optional>

#include "ca/base/refusal.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/tbs.hpp"

namespace halfday {

enum class ProfileKind { root, intermediate, leaf };

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

   private:
    friend Decision<LintedCertificate> lint(const ToBeSigned& tbs, ProfileKind kind, const Certificate* issuer);
    LintedCertificate(std::string tbs_der, std::string signature_algorithm)
        : tbs_der_(std::move(tbs_der)), signature_algorithm_(std::move(signature_algorithm)) {}
    std::string tbs_der_;
    std::string signature_algorithm_;
};

/// Holds a to-be-signed certificate against RFC 5280, RFC 9608 and the profile's exact list of extensions: validity
/// in order, within the issuer's and (leaf) Lifetime::kCeiling; names within the issuer's constraints, at least one, no doubles; an
/// intermediate's constraints within the root's; a positive serial; AKI that is the issuer's SKI; key usage, purposes, basic constraints, critical
/// flags. `issuer` is null for a root. Every finding is a reason of the refusal.
[[nodiscard]] Decision<LintedCertificate> lint(const ToBeSigned& tbs, ProfileKind kind, const Certificate* issuer);

}  // namespace halfday
