#pragma once

#include <optional>
#include <vector>

#include "ca/base/error.hpp"
#include "ca/exchange/places.hpp"
#include "ca/exchange/snapshot.hpp"
#include "ca/issuer/issuer_keys.hpp"
#include "ca/issuer/trust.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

// Keys of windows to come. Each is in intermediates/FINGERPRINT/sealed.pem, under a passphrase of its own that is not
// on this box, beside its request and chain. `halfday unseal` makes key.pem of it; a folder that has one is no longer
// sealed, so that whatever signs knows nothing of those that are.

struct SealedKey {
    KeyPlace place;                          // where the key is once it is unsealed
    PublicKey key;                           // by its request
    std::optional<Certificate> certificate;  // what the root signed for it
};

struct SealedKeys {
    std::vector<SealedKey> whole;  // in the order of their windows; those without a certificate last
    std::vector<Error> damaged;    // a folder each that can't be used: what is wrong, and what to do
};

/// Throws Error{io} when the folder of all can't be read.
[[nodiscard]] SealedKeys find_sealed(const Places& places);

/// Those with a certificate that ends later than `now` and that check_chain has nothing against in its own time.
[[nodiscard]] std::vector<SealedKey> usable_sealed(const std::vector<SealedKey>& all, const Trust& trust, Time now);

[[nodiscard]] std::vector<KnownIntermediate> known_of(const std::vector<Certificate>& certificates);
[[nodiscard]] std::vector<Certificate> certificates_of(const std::vector<SealedKey>& sealed);

/// Removes what is left of a sealed key once it was unsealed or its window has passed: for the holder of the issuer's
/// lock. Throws Error{io}.
void remove_sealed(const KeyPlace& place);

}  // namespace halfday
