#pragma once

#include <string>
#include <string_view>

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
    [[nodiscard]] const PublicKey& public_key() const noexcept { return public_key_; }
    /// The subject's one commonName as bytes (foreign: escape before printing), "" when it has none or several.
    [[nodiscard]] const std::string& common_name() const noexcept { return common_name_; }

   private:
    Csr(PublicKey key, std::string common_name) : public_key_(std::move(key)), common_name_(std::move(common_name)) {}
    PublicKey public_key_;
    std::string common_name_;
};

/// The PEM of a new PKCS#10 request for `key`, its subject CN=`common_name` as UTF8String, no attributes. Throws
/// Error{io}.
[[nodiscard]] std::string make_csr(const PrivateKey& key, std::string_view common_name);

}  // namespace halfday
