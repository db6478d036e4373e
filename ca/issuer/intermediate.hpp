#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/refusal.hpp"
#include "ca/exchange/places.hpp"
#include "ca/issuer/issuer_keys.hpp"
#include "ca/issuer/policy.hpp"
#include "ca/issuer/trust.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/chain.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

/// The intermediate of a chain as it comes from the air-gapped box, if this issuer may use it at `now`: one
/// certificate, after which a pinned root may stand; for one of `own_keys`; a CA of path length 0 with name
/// constraints, serverAuth and an end; verified to a pinned root; not revoked; valid now. Every reason against it is in
/// the refusal, times with both times.
[[nodiscard]] Decision<Certificate> check_chain(const Chain& chain, const std::vector<PublicKey>& own_keys,
                                                const Trust& trust, Time now);

/// What an intermediate that passed check_chain may sign under `root`.
[[nodiscard]] Authority authority_of(const Certificate& intermediate, const Certificate& root);

/// The issuer's own key. `uri` is Settings::issuer_key. Throws as open_key (ca/token), with the command that mends it.
[[nodiscard]] PrivateKey load_issuer_key(const Places& places, std::string_view uri,
                                         const PassphraseSource& passphrase);

/// The key, the certificate that it signs under, and the root that signed that.
struct Intermediate {
    PrivateKey key;
    Certificate certificate;
    Certificate root;
    Trust trust;
    std::vector<Certificate> accepted;          // all that may sign now or later, this one too
    std::vector<std::string> passed_over = {};  // why those that were to sign before it can't, a line for each
    std::vector<Certificate> sealed = {};       // that may sign once their keys are unsealed
};

/// Of the accepted intermediates that nothing speaks against at `now`, the one that is to sign (signing_at), with its
/// key; where that key can't be had, the next one by the same rule, so that a bad key never stops a good one. Throws
/// Error{corrupt} with all reasons of check_chain, and the next action; as load_trust and load_issuer_key do;
/// Error{not_found} where no chain was accepted yet.
[[nodiscard]] Intermediate load_intermediate(const Places& places, std::string_view key_uri,
                                             const PassphraseSource& passphrase, Time now);

/// Until when one that signed before can sign certificates of full length (Lifetime::kCeiling).
[[nodiscard]] Time signs_until(const Certificate& before);

/// The one that signed before `signing` does, with its key, until signs_until. Nothing when there is none; or when its
/// key can't be had, of which `signing.passed_over` gets a line. Throws as load_trust; Error{corrupt} for a file of an
/// accepted one that can't be read.
[[nodiscard]] std::optional<Intermediate> load_before(const Places& places, std::string_view key_uri,
                                                      const PassphraseSource& passphrase, Intermediate& signing,
                                                      Time now);

/// What of `accepted` check_chain has nothing against, but for the key, which it does not look at, and for one that has
/// not begun.
[[nodiscard]] std::vector<Accepted> usable_of(const std::vector<Accepted>& accepted, const Trust& trust, Time now);

/// What the intermediate that signs at `now` may sign, or the newest where none may; without its key. Throws as
/// load_intermediate.
[[nodiscard]] Authority load_authority(const Places& places, std::string_view key_uri, Time now);

}  // namespace halfday
