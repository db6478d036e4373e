#pragma once

// What the opaque handles of key.hpp and certificate.hpp hold. For ca/x509's sources and distribute/handshake alone.

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/x509/certificate.hpp"
#include "ca/x509/openssl.hpp"

namespace halfday::x509 {

/// What a key in a token needs besides; all of it outlives the key.
struct TokenHold {
    std::shared_ptr<void> owner;  // an engine, or a library context with its provider
    OSSL_LIB_CTX* library = nullptr;
    const char* properties = nullptr;  // of static storage
    std::string where;                 // the key's URI, for messages
    const char* sign_advice = "";      // what to do when it doesn't sign
    mutable std::mutex one_at_a_time;  // tpm2-tss is not safe in several threads, nor is every PKCS#11 module
};

struct KeyHandle {
    std::unique_ptr<const TokenHold> token;  // null for a key in memory
    EvpPkeyPtr key;
    std::string algorithm;                 // "P-256"
    const char* digest = nullptr;          // OpenSSL's name; null where the algorithm has its own (Ed25519)
    std::string_view signature_algorithm;  // DER, of static storage
};

/// Names the key's algorithm and its one digest. Throws Error{corrupt} for keys that are unknown or weak.
[[nodiscard]] std::shared_ptr<const KeyHandle> classify(EvpPkeyPtr key, std::unique_ptr<const TokenHold> token = {});

struct CertificateHandle {
    std::string der;
    std::string serial_hex;
    Time not_before;
    Time not_after;
    std::string issuer;
    std::string subject;
    std::string spki;
    std::vector<Extension> extensions;

    /// Decoded when first asked for, by any thread. Throws Error{corrupt}.
    [[nodiscard]] const PublicKey& public_key() const;
    /// The same certificate as OpenSSL's object, owned by this; made when first asked for. Functions that take an X509*
    /// and keep it take a reference of their own. Throws Error{corrupt}.
    [[nodiscard]] X509* x509() const;

    mutable std::once_flag key_once;
    mutable std::optional<PublicKey> key;
    mutable std::once_flag object_once;
    mutable X509Ptr object;
};

}  // namespace halfday::x509
