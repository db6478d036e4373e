#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/names.hpp"
#include "ca/base/refusal.hpp"
#include "ca/x509/csr.hpp"
#include "ca/x509/fingerprint.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

// What a web server signs with its identity key: JWS compact serialization (RFC 7515) with EdDSA (RFC 8037). The header
// is exactly {"alg":"EdDSA","typ":"halfday"}; the signature is checked before anything is parsed; the key is the one
// pinned for the host that the message is filed under.

constexpr std::size_t kMostMessageBytes = 32 * 1024;
constexpr auto kMessageLifetime = std::chrono::hours{24};
constexpr auto kMostSkew = std::chrono::minutes{5};  // how far in the future a message's iat may be

/// Asks for a certificate for one entry. `typ` "request".
struct Request {
    HostName host;         // iss
    Fingerprint audience;  // aud: the root's
    Time issued_at;        // iat
    Time expires;          // exp, at most 24 h after iat
    std::string id;        // jti: 32 lower-case hex digits, and the CSR's commonName
    EntryName entry;
    std::string csr;  // PEM
};

/// What became of the newest delivery of an entry.
enum class Outcome {
    none,         // nothing was delivered yet
    proved,       // a handshake showed the new certificate
    unproved,     // installed, but the web server is down or its configuration was broken before
    rolled_back,  // installed, not served, the old one is back and served
    refused,      // not installed: chain, names, key or lifetime are not acceptable
    skew,         // not installed: by this host's clock the chain is not valid now
    failed,       // an error on the host
};
[[nodiscard]] std::string_view to_text(Outcome outcome);
/// The reverse. Throws Error{corrupt}.
[[nodiscard]] Outcome parse_outcome(std::string_view text);

/// What a host says of one entry: its claim, bound to a serial and a counter that only grows. `typ` "receipt".
/// Repeatable state: every answer holds the newest one.
struct Receipt {
    HostName host;
    Fingerprint audience;
    Time issued_at;  // by the host's clock: shows its skew
    Time expires;
    std::string id;
    EntryName entry;
    std::uint64_t counter;
    Outcome outcome;
    std::string attempted;          // serial (hex) of the newest delivery, "" for none
    std::string reason;             // why it is not `proved`, "" otherwise; at most 500 bytes, foreign: escape it
    std::string serving;            // serial that is live on the host, "" for none
    std::optional<Time> not_after;  // of what is live
    std::optional<Time> proved_at;  // of what is live
    std::string story = {};         // to_text(Story) of the visit that this is about; "" where the reader knows none
    std::string findings = {};      // ca/exchange/findings.hpp; "" for none, or where the reader knows none
};

/// The form of receipts that has a story: a host writes it only for a distributor that reads it.
constexpr int kReceiptsWithStory = 2;
/// The one that has findings as well.
constexpr int kReceiptsWithFindings = 3;

/// The JWS. A reason over 500 bytes is cut, bytes in it that are not UTF-8 are left out. Throws Error{usage} when the
/// key is not an Ed25519 key.
[[nodiscard]] std::string sign_message(const Request& request, const PrivateKey& identity);
[[nodiscard]] std::string sign_message(const Receipt& receipt, const PrivateKey& identity);

/// What a message must say of itself to be believed.
struct Expected {
    HostName host;
    EntryName entry;
    std::vector<Fingerprint> audiences;  // the roots that are trusted here
};

/// A request that holds: signature, form, expectations, time, its CSR's own signature, and the CSR's commonName being
/// the id.
struct CheckedRequest {
    Request request;
    PublicKey key;  // to be certified
};

/// Checks in the order that is safe: size, header, signature, then JSON, then claims, then the CSR. A claim that is
/// unknown or in another than its one spelling is refused. A message that is wrong is a refusal with reasons.
[[nodiscard]] Decision<CheckedRequest> open_request(std::string_view jws, const PublicKey& identity,
                                                    const Expected& expected, Time now);
/// The same for a receipt; one that expired is still a receipt (the newest known state).
[[nodiscard]] Decision<Receipt> open_receipt(std::string_view jws, const PublicKey& identity, const Expected& expected);

}  // namespace halfday
