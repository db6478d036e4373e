#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/extension.hpp"

namespace halfday {

/// Why a certificate was revoked (RFC 5280 5.3.1); those that make sense for an intermediate.
enum class RevocationReason { unspecified, key_compromise, ca_compromise, superseded, cessation_of_operation };
/// "keyCompromise", as RFC 5280 spells it.
[[nodiscard]] std::string_view to_text(RevocationReason reason);
/// The reverse. Throws Error{usage} that lists them.
[[nodiscard]] RevocationReason parse_revocation_reason(std::string_view text);

/// One entry of a CRL.
struct RevokedCertificate {
    std::string serial_hex;  // as Certificate::serial_hex
    Time at;
    RevocationReason reason = RevocationReason::unspecified;
    bool operator==(const RevokedCertificate&) const = default;
};

/// A certificate revocation list (RFC 5280 5) that was parsed; nothing is said about who signed it until crl_problem.
class Crl {
   public:
    static constexpr std::size_t kMostBytes = 64 * 1024;  // of DER; one with a thousand intermediates has 40 KiB
    static constexpr std::size_t kMostRevoked = 1000;

    /// One DER CRL without trailing bytes: version 2, complete (neither delta nor partial nor indirect), with number,
    /// authority key identifier and nextUpdate. Throws Error{corrupt}, for an extension or a serial that is there twice
    /// and for a critical extension that is not known here, too.
    [[nodiscard]] static Crl parse_der(std::string_view der);
    /// One PEM block. Throws Error{corrupt}.
    [[nodiscard]] static Crl parse_pem(std::string_view pem);

    [[nodiscard]] const std::string& der() const noexcept { return der_; }
    [[nodiscard]] std::string pem() const;
    /// DER of the Name, and RFC 2253 with everything but printable ASCII escaped.
    [[nodiscard]] const std::string& issuer_der() const noexcept { return issuer_der_; }
    [[nodiscard]] std::string issuer() const;
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    [[nodiscard]] Time this_update() const noexcept { return this_update_; }
    [[nodiscard]] Time next_update() const noexcept { return next_update_; }
    [[nodiscard]] const std::vector<RevokedCertificate>& revoked() const noexcept { return revoked_; }
    /// The bytes of the key identifier of whose key signed it.
    [[nodiscard]] const std::string& authority_key_identifier() const noexcept { return authority_key_identifier_; }
    /// The entry for a certificate of the same issuer (name, and key where the certificate names it), or null.
    [[nodiscard]] const RevokedCertificate* find(const Certificate& certificate) const;
    bool operator==(const Crl& other) const noexcept { return der_ == other.der_; }

   private:
    friend std::optional<std::string> crl_problem(const Crl& crl, const Certificate& root);
    Crl() = default;
    std::string der_;
    std::string issuer_der_;
    std::string authority_key_identifier_;
    std::uint64_t number_ = 0;
    Time this_update_;
    Time next_update_;
    std::vector<RevokedCertificate> revoked_;
};

/// Why `crl` is not that root's: name, key identifier, the root's key usage, signature. Nothing when it is. No clock is
/// asked: a CRL past its nextUpdate still says who is revoked.
[[nodiscard]] std::optional<std::string> crl_problem(const Crl& crl, const Certificate& root);

/// Whether `pem` has a CRL in it, by its first label.
[[nodiscard]] bool looks_like_crl(std::string_view pem);
/// 1 to `most` PEM CRLs and nothing else. Throws Error{corrupt}.
[[nodiscard]] std::vector<Crl> parse_crls(std::string_view pem, std::size_t most);

/// A TBSCertList as values, version 2. Name and algorithm are DER.
struct CrlToBeSigned {
    std::string signature_algorithm;
    std::string issuer;
    std::string authority_key_identifier;  // bytes
    std::uint64_t number = 0;
    Time this_update;
    Time next_update;
    std::vector<RevokedCertificate> revoked;
};
/// DER of it. Throws Error{corrupt} for a serial that is no hex, Error{io}.
[[nodiscard]] std::string encode_crl_tbs(const CrlToBeSigned& tbs);
/// DER of the CertificateList: the bytes that were signed, the algorithm, the signature.
[[nodiscard]] std::string encode_crl(std::string_view tbs_der, std::string_view signature_algorithm,
                                     std::string_view signature);

}  // namespace halfday
