#pragma once

#include <string>
#include <vector>

#include "ca/base/secret.hpp"
#include "ca/issuer/enrolment.hpp"

namespace halfday {

// The keys of several windows, made at once for one ceremony: the first as `init` makes one, each later one sealed
// under a passphrase of its own (sealed_keys.hpp), so that a stolen box is worth one window.

struct Stage {
    IssuerRequest first;
    std::vector<PublicKey> keys;  // in the order of their windows, the first's too: what people compare is of these
                                  // (fingerprint_of), not of a file that another may have changed since
    Origin origin;                // found: the request was made before, and nothing was changed
    Path request;                 // for all, in that order
};

/// Makes those keys and one request for all of them, which is written last: what a kill leaves behind before that is
/// made anew by the next call. A request that waits for its chain is left as it is, and each of `passphrases` must
/// open its key; the first window has none here. Throws Error{usage} for two passphrases that are the same, for a
/// window that is sealed still or a waiting request of another number or for another first key, and where
/// request_intermediate does; Error{corrupt} when a waiting request is for another key than the one that its passphrase
/// opens.
Stage request_stage(const Places& places, IssuerOrder order, const PassphraseSource& passphrase,
                    const std::vector<Secret>& passphrases, Time now);

/// "window 3 of 6" of the stage that was requested last; empty for a key that is not of it, or where its request is
/// gone. Throws Error{corrupt}, Error{io}.
[[nodiscard]] std::string window_in_stage(const Places& places, const PublicKey& key);

}  // namespace halfday
