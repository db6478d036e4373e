#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/general_name.hpp"
#include "ca/x509/extension.hpp"
#include "ca/x509/key.hpp"
#include "ca/x509/name_constraints.hpp"
#include "ca/x509/serial.hpp"

namespace halfday {

namespace x509 {
struct CertificateHandle;  // OpenSSL's X509, seen by ca/x509 and distribute/handshake only
}

/// An X.509 certificate that was parsed; nothing is said about who signed it until verify_chain.
class Certificate {
   public:
    static constexpr std::size_t kMostBytes = 16 * 1024;

    /// One DER certificate without trailing bytes. Throws Error{corrupt}.
    [[nodiscard]] static Certificate parse_der(std::string_view der);
    /// One PEM block. Throws Error{corrupt}.
    [[nodiscard]] static Certificate parse_pem(std::string_view pem);

    [[nodiscard]] const std::string& der() const noexcept;
    /// DER of its TBSCertificate: what is signed.
    [[nodiscard]] std::string tbs_der() const;
    [[nodiscard]] std::string pem() const;

    /// Lower-case hex, as long as the certificate has it (a Serial when it is one of ours).
    [[nodiscard]] std::string serial_hex() const;
    [[nodiscard]] Time not_before() const;
    [[nodiscard]] Time not_after() const;
    /// RFC 2253 with everything but printable ASCII escaped; "" when empty.
    [[nodiscard]] std::string subject() const;
    [[nodiscard]] std::string issuer() const;
    /// DER of the Names.
    [[nodiscard]] std::string subject_der() const;
    [[nodiscard]] std::string issuer_der() const;
    [[nodiscard]] const PublicKey& public_key() const;
    /// DER of its SubjectPublicKeyInfo, which may be no key that public_key() accepts.
    [[nodiscard]] const std::string& spki() const noexcept;
    /// In the certificate's order.
    [[nodiscard]] std::vector<Extension> extensions() const;
    [[nodiscard]] std::optional<Extension> extension(std::string_view oid) const;
    /// The DNS names and IP addresses of the subject alternative name that are well formed, in order.
    [[nodiscard]] std::vector<GeneralName> names() const;
    /// How many entries of the subject alternative name names() leaves out (mail addresses, malformed ones, …).
    [[nodiscard]] std::size_t other_name_count() const;
    [[nodiscard]] bool is_ca() const;
    [[nodiscard]] std::optional<int> path_length() const;
    /// Nothing where the extension is missing. Throws Error{corrupt} for a form that NameConstraints can't hold.
    [[nodiscard]] std::optional<NameConstraints> name_constraints() const;
    /// Dotted OIDs.
    [[nodiscard]] std::vector<std::string> extended_key_usage() const;
    /// The bytes of the subject key identifier, "" when missing.
    [[nodiscard]] std::string subject_key_identifier() const;
    /// The key identifier of whose key signed it, "" where it names none. Throws Error{corrupt}.
    [[nodiscard]] std::string authority_key_identifier() const;
    /// SHA-256 of the DER, hex.
    [[nodiscard]] std::string sha256() const;
    /// Of its public key.
    [[nodiscard]] Fingerprint fingerprint() const { return public_key().fingerprint(); }
    bool operator==(const Certificate& other) const noexcept { return der() == other.der(); }

    [[nodiscard]] const x509::CertificateHandle& handle() const noexcept { return *handle_; }

   private:
    explicit Certificate(std::shared_ptr<const x509::CertificateHandle> handle) : handle_(std::move(handle)) {}
    std::shared_ptr<const x509::CertificateHandle> handle_;
};

}  // namespace halfday
