#pragma once

#include "ca/x509/key.hpp"

namespace halfday {

// Keys wherever their URI says: in a file, in a PKCS#11 token, in a TPM. A PIN is a passphrase, asked of the same
// source, once, and only where the token wants one from us. Programs that link this part open tokens; the others open
// files.

/// Throws as PrivateKey::load for a file. For a token Error{usage} for a wrong or locked PIN, for a URI that fits two
/// tokens or two keys, and where a PIN is wanted and there is no source; Error{not_found} where there is no such token
/// or key, or a package is missing, which the hint names; Error{io} for all else, with the token's own reason.
[[nodiscard]] PrivateKey open_key(const KeyUri& uri, const PassphraseSource& passphrase);

enum class KeyOrigin { made, found };

struct TokenKey {
    PrivateKey key;
    KeyOrigin origin;
};

/// The key that `uri` names in a token, which makes it (private, sensitive, not to be extracted, for signatures alone)
/// where it has none. A TPM makes none here. Throws as open_key; Error{usage} for a key that is there and is not of
/// this `algorithm`, one that no token makes, and a file's URI.
[[nodiscard]] TokenKey open_or_make_token_key(const KeyUri& uri, const KeyAlgorithm& algorithm,
                                              const PassphraseSource& passphrase);

}  // namespace halfday
