#pragma once

#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/wire.hpp"
#include "ca/x509/key.hpp"
#include "distribute/receive/grants.hpp"
#include "distribute/receive/places.hpp"

namespace halfday {

/// A web server's side of the exchange, loaded: what root granted, whom it trusts, who it is.
struct Receiver {
    ReceiverPlaces places;
    Grants grants;
    std::vector<Certificate> roots;
    PrivateKey identity;
    std::string version;
};
/// Throws Error{usage} for configuration, Error{not_found} with the hint to run init.
[[nodiscard]] Receiver load_receiver(const ReceiverPlaces& places, std::string version);

/// Held by whoever changes what is live: one at a time. Waits 30 s. Throws Error{io}.
[[nodiscard]] FileLock lock_receiver(const ReceiverPlaces& places);

/// Makes another pending key and request for an entry, as when the one that is pending may have been read: what is
/// issued for it from then on is not installed. Throws Error{usage} for one that is not granted, Error{io}.
void make_new_key(const Receiver& receiver, const EntryName& entry, Time now);

/// One visit of the distributor, alone (a lock is held): keeps what CRLs came (keep_delivered_crls), finishes what a
/// crash cut short, installs the chains that may be installed, and answers for every granted entry with its newest
/// receipt and its pending request. What goes wrong with one entry is that entry's receipt and stops no other. The same
/// visit again changes nothing but the receipts' counter. Chains of entries that are not granted are left alone. Throws
/// Error{io} when nothing can be answered.
[[nodiscard]] Answer receive_visit(const Receiver& receiver, const Delivery& delivery, Time now);

}  // namespace halfday
