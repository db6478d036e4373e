#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/x509/key.hpp"

namespace halfday {

/// A PKCS#10 certification request (RFC 2986) whose own signature was checked. Nothing in it but the public key ever
/// gets into a certificate.
class Csr {
   public:
    static constexpr std::size_t kMostBytes = 16 * 1024;  // RSA-4096 needs 2 KiB

    /// One PEM block of type CERTIFICATE REQUEST and nothing else but white space. Throws Error{corrupt} for anything
    /// else: larger than kMostBytes, trailing bytes, a weak key, a signature that does not verify.
    [[nodiscard]] static Csr parse_pem(std::string_view pem);
    /// The same for 1 to kMostTogether blocks, no two of them for one key.
    [[nodiscard]] static std::vector<Csr> parse_together(std::string_view pem);
    static constexpr std::size_t kMostTogether = 8;  // a chain file has no more certificates
    [[nodiscard]] const PublicKey& public_key() const noexcept { return public_key_; }
    /// The subject's one commonName as bytes (foreign: escape before printing), "" when it has none or several.
    [[nodiscard]] const std::string& common_name() const noexcept { return common_name_; }

   private:
    static Csr parse_der(std::string_view der);
    Csr(PublicKey key, std::string common_name) : public_key_(std::move(key)), common_name_(std::move(common_name)) {}
    PublicKey public_key_;
    std::string common_name_;
};

/// What people compare for all of these keys at once: of their SubjectPublicKeyInfos one after the other. Of one key it
/// is that key's own.
[[nodiscard]] Fingerprint fingerprint_of(const std::vector<PublicKey>& keys);
[[nodiscard]] Fingerprint fingerprint_of(const std::vector<Csr>& together);

/// The PEM of a new PKCS#10 request for `key`, its subject CN=`common_name` as UTF8String, no attributes. Throws
/// Error{io}.
[[nodiscard]] std::string make_csr(const PrivateKey& key, std::string_view common_name);

}  // namespace halfday
