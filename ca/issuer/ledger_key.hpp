#pragma once

#include <optional>
#include <string>

#include "ca/base/clock.hpp"
#include "ca/exchange/ledger_head.hpp"
#include "ca/exchange/places.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

// The key that signs the ledger's head, so that nobody between the issuer and an auditor can make one up. It is in the
// issuer's folder, in the clear and 0600: who has that folder has the ledger too.

/// Makes it where there is none (an issuer from before there were such keys). Throws as PrivateKey::load.
[[nodiscard]] PrivateKey keep_or_make_ledger_key(const Places& places);
/// Nothing where there is none.
[[nodiscard]] std::optional<PrivateKey> find_ledger_key(const Places& places);

/// The head in the exchange. Nothing when there is none, or what is there is no head that `key` signed.
[[nodiscard]] std::optional<SignedHead> published_head(const Spool& spool, const PublicKey& key);

/// Puts the ledger's head, signed, into the exchange; does nothing when the same one is there. Throws Error.
void publish_head(const Places& places, const Ledger& ledger, const Spool& spool, Time now);

}  // namespace halfday
