#pragma once

#include <string>

#include "ca/exchange/inventory.hpp"
#include "ca/exchange/message.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/exchange/wire.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/chain.hpp"
#include "ca/x509/key.hpp"
#include "ca/x509/tbs.hpp"

namespace halfday::test {

inline const Time kNow = parse_time("2026-11-24T12:00:00Z");

/// A certificate that nobody verifies: only its serial and its key count here.
inline Certificate make_certificate(const Serial& serial) {
    const PrivateKey key = PrivateKey::generate(KeyAlgorithm::parse("P-256"));
    const std::string algorithm = key.signature_algorithm();
    const std::string tbs = encode_tbs(ToBeSigned{.serial = serial,
                                                  .signature_algorithm = algorithm,
                                                  .issuer = encode_name("issuer"),
                                                  .not_before = kNow,
                                                  .not_after = kNow + std::chrono::hours{12},
                                                  .subject = encode_name(""),
                                                  .spki = key.public_key().spki(),
                                                  .extensions = {}});
    return Certificate::parse_der(encode_certificate(tbs, algorithm, key.sign(tbs)));
}

inline Serial serial(char last) { return Serial::make(1, std::string(14, '\0') + last); }

/// A web server's side: its identity, and what it signs with it.
class HostUnderTest {
   public:
    explicit HostUnderTest(const std::string& name, const std::string& reach = "ssh://halfday-receiver@192.0.2.1")
        : host{HostName::parse(name),
               parse_reach(reach),
               identity.public_key(),
               {{www, {DnsName::parse("www.example.org")}}, {api, {DnsName::parse("api.example.org")}}}} {}

    [[nodiscard]] Receipt receipt(const EntryName& entry, std::uint64_t counter, Outcome outcome,
                                  const std::string& attempted) const {
        return {.host = host.name,
                .audience = root,
                .issued_at = kNow,
                .expires = kNow + kMessageLifetime,
                .id = std::string(32, 'a'),
                .entry = entry,
                .counter = counter,
                .outcome = outcome,
                .attempted = attempted,
                .reason = outcome == Outcome::proved ? "" : "it \x1b[31mdid not work",
                .serving = outcome == Outcome::proved ? attempted : "",
                .not_after = kNow + std::chrono::hours{12},
                .proved_at = std::nullopt};
    }

    [[nodiscard]] Answer::Message sign(const Receipt& receipt) const {
        return {receipt.entry, sign_message(receipt, identity)};
    }

    [[nodiscard]] Answer answer(std::vector<Answer::Message> requests, std::vector<Answer::Message> receipts) const {
        return {host.name.text(), "0.1.0", identity_text(identity.public_key()), std::move(requests),
                std::move(receipts)};
    }

    EntryName www = EntryName::parse("www");
    EntryName api = EntryName::parse("api");
    PrivateKey identity = PrivateKey::generate(KeyAlgorithm::parse("Ed25519"));
    Fingerprint root = Fingerprint::of_spki("the root's key");
    Host host;
};

}  // namespace halfday::test
