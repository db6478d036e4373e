#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ca/base/refusal.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

// JWS compact serialization (RFC 7515) with EdDSA (RFC 8037). The header is one fixed text for each kind of document,
// so that nothing in it is a choice and no kind passes for another.

/// A kind of document that is signed.
struct JwsKind {
    std::string_view header;
    std::string_view noun;    // "message"
    std::string_view signer;  // "the host's pinned identity"
    std::size_t most;         // bytes
};

/// Throws Error{usage} when the key is not an Ed25519 key, Error{io} when it would be larger than the kind allows.
[[nodiscard]] std::string sign_jws(const JwsKind& kind, std::string_view payload, const PrivateKey& key);

/// The payload, unparsed, of a document whose size, header and signature hold, looked at in this order.
[[nodiscard]] Decision<std::string> open_jws(const JwsKind& kind, std::string_view jws, const PublicKey& key);

}  // namespace halfday
