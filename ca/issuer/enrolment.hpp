#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ca/base/clock.hpp"
#include "ca/base/refusal.hpp"
#include "ca/exchange/places.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/chain.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

// How an issuer gets its intermediate: it makes a key and asks, the root answers on another box, it accepts.

/// The owner of the issuer's state folder, and nobody else, root neither, runs what works in it: files that another
/// user left behind would break the next run. Throws Error{usage} with the command to type instead (`command` is
/// "issue"), Error{not_found} where there is no folder.
void require_owner_runs(const Places& places, std::string_view command);

/// Which key a request is for: the one that signs (or will be the first to), or one to sign after it.
enum class KeyTurn { current, next };

struct IssuerOrder {
    std::string name = "halfday-issuer";    // the request's commonName: the root does not take it over
    std::optional<KeyAlgorithm> algorithm;  // none: P-256, or that of the key that is there
    std::string key_uri;                    // Settings::issuer_key
    KeyTurn turn = KeyTurn::current;
};

enum class Origin { made, found };

struct IssuerRequest {
    PublicKey key;
    KeyUri key_uri;
    Origin key_origin;
    std::string log_id;
    Origin ledger_origin;
    Path request;
};

/// Makes the issuer's key (0600; encrypted where there is a `passphrase`), ledger and ledger key where there are none,
/// and writes the request for the root: may be run again. For the next key nothing of the current one is touched;
/// `passphrase` must open that one too, since a run has one passphrase for all. Throws Error{usage} when a key is there
/// of another algorithm than the order's, and for a next key when there is no intermediate to follow or one is waiting
/// already; what the files throw.
IssuerRequest request_intermediate(const Places& places, const IssuerOrder& order, const PassphraseSource& passphrase,
                                   Time now);

}  // namespace halfday
