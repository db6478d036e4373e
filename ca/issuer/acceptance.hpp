#pragma once

#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/refusal.hpp"
#include "ca/exchange/places.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/chain.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

enum class KeyState { open, sealed };

/// An intermediate that was accepted, and from when on it signs: the time of the call when it does at once. Where the
/// key is sealed, if it is unsealed by then.
struct Acceptance {
    Certificate certificate;
    Time signs_from;
    KeyState key = KeyState::open;
};

/// Takes what came from the air-gapped box: one intermediate, after which the root may stand, or those of several
/// windows; all or none. Each is checked (check_chain) against all keys of this issuer, one with a sealed key as of its
/// own beginning, and refused when it begins before what was accepted for the same key. The last window is written
/// first: what a kill leaves has a sealed key with a certificate, so that `init --stage` keeps the others, and another
/// run makes it whole. Throws as load_trust and load_issuer_key.
[[nodiscard]] Decision<std::vector<Acceptance>> accept_chain(const Places& places, const Chain& chain,
                                                             std::string_view key_uri,
                                                             const PassphraseSource& passphrase, Time now);

}  // namespace halfday
