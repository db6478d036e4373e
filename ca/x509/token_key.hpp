#pragma once

#include <string>

#include "ca/x509/key.hpp"

namespace halfday {

// Keys that stay where they are, in a token or a TPM, and sign there. ca/token is what opens them by URI.

/// A key in a PKCS#11 token as OpenSSL's engine of libp11 opens it.
struct EngineKey {
    std::string uri;     // RFC 7512, without a PIN
    std::string module;  // a PKCS#11 library's path; "": those that p11-kit knows
    std::string where;   // the URI as a person gave it, for messages
};

/// `pin` is null where the token wants none, or asks for it itself. A process can have one module at a time. Throws
/// Error{not_found} with the package to install where there is no engine, Error{io} with the engine's reasons.
[[nodiscard]] PrivateKey load_engine_key(const EngineKey& key, const Secret* pin);

/// A key that an OpenSSL provider opens by its URI, through OSSL_STORE. The provider is in a library context of its
/// own, with the default one beside it, so that nothing else is computed by it.
struct ProviderKey {
    std::string uri;
    const char* provider;      // "tpm2"
    const char* properties;    // "?provider=tpm2"
    const char* missing_hint;  // what to do where the provider can't be loaded
    const char* sign_advice;   // what to do when it doesn't sign
    std::string where;         // the URI as a person gave it, for messages
};

/// Whether OpenSSL has that provider's library and can load it.
[[nodiscard]] bool has_provider(const char* provider);

/// `passphrase` is asked when the provider asks. Throws Error{not_found} where there is no such provider, Error{io}
/// with the provider's reasons.
[[nodiscard]] PrivateKey load_provider_key(const ProviderKey& key, const PassphraseSource& passphrase);

}  // namespace halfday
