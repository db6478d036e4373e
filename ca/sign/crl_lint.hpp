#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ca/base/refusal.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/crl.hpp"

namespace halfday {

/// A to-be-signed CRL that passed every lint: the only thing that sign_crl takes. Made by lint_crl alone.
class LintedCrl {
   public:
    LintedCrl(LintedCrl&&) = default;
    LintedCrl& operator=(LintedCrl&&) = default;
    LintedCrl(const LintedCrl&) = delete;
    LintedCrl& operator=(const LintedCrl&) = delete;
    ~LintedCrl() = default;

    [[nodiscard]] const std::string& tbs_der() const noexcept { return tbs_der_; }
    [[nodiscard]] const std::string& signature_algorithm() const noexcept { return signature_algorithm_; }
    [[nodiscard]] const Certificate& root() const noexcept { return root_; }

   private:
    friend Decision<LintedCrl> lint_crl(const CrlToBeSigned& tbs, const Certificate& root,
                                        const std::vector<Crl>& before);
    LintedCrl(std::string tbs_der, std::string signature_algorithm, Certificate root)
        : tbs_der_(std::move(tbs_der)), signature_algorithm_(std::move(signature_algorithm)), root_(std::move(root)) {}
    std::string tbs_der_;
    std::string signature_algorithm_;
    Certificate root_;
};

/// Holds a to-be-signed CRL against RFC 5280 5, its root and those that went out before it: name, key identifier and
/// algorithm are the root's; nextUpdate is after thisUpdate and not after the root's end; the number is greater; what
/// was revoked stays so; no serial twice; at most Crl::kMostRevoked. Every finding is a reason of the refusal.
[[nodiscard]] Decision<LintedCrl> lint_crl(const CrlToBeSigned& tbs, const Certificate& root,
                                           const std::vector<Crl>& before);

}  // namespace halfday
