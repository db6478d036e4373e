#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/message.hpp"
#include "ca/x509/key.hpp"
#include "distribute/receive/places.hpp"

namespace halfday {

// The key that an entry's next certificate is to have, and the request for it: at most one of each. The request is sent
// in every answer until its chain has come or it has expired; the key is dropped when it is installed or can't be.

/// The entry's pending key; nothing where there is none. Throws Error{corrupt} for a file that holds no key.
[[nodiscard]] std::optional<PrivateKey> load_pending_key(const ReceiverPlaces& places, const EntryName& entry);
/// Drops key and request. Throws Error{io}.
void drop_pending(const ReceiverPlaces& places, const EntryName& entry);

/// Who asks: the host's identity, and for which roots a request may be.
struct Requester {
    const HostName& host;
    const PrivateKey& identity;
    const std::vector<Fingerprint>& roots;  // new requests are for the first
};

/// The request that is pending, or nothing: it expired, is not for a root that is pinned now, or lost its key.
[[nodiscard]] std::optional<CheckedRequest> pending_request(const ReceiverPlaces& places, const EntryName& entry,
                                                            const Requester& requester, Time now);
/// The JWS of the pending request, and if there is none, of a new one with a new key, which are on disk on return.
[[nodiscard]] std::string keep_or_make_request(const ReceiverPlaces& places, const EntryName& entry,
                                               const Requester& requester, Time now);

/// Drops what is pending, whatever it is, and returns a new request with a new key, as keep_or_make_request does.
[[nodiscard]] std::string make_new_request(const ReceiverPlaces& places, const EntryName& entry,
                                           const Requester& requester, Time now);

}  // namespace halfday
