// A message is believed in this order: its size, its header (the one text that there is), its signature by the pinned
// key, and only then is anything of it parsed.
#include "ca/exchange/message.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/findings.hpp"
#include "ca/exchange/json.hpp"
#include "ca/exchange/jws.hpp"
#include "ca/exchange/story.hpp"

namespace halfday {
namespace {

constexpr JwsKind kMessage{.header = R"({"alg":"EdDSA","typ":"halfday"})",
                           .noun = "message",
                           .signer = "the host's pinned identity",
                           .most = kMostMessageBytes};
constexpr std::string_view kRequestType = "request";
constexpr std::string_view kReceiptType = "receipt";
constexpr JsonLimits kPayloadLimits{kMostMessageBytes, 32};
constexpr std::size_t kIdDigits = 32;
constexpr std::size_t kMostSerialDigits = 40;  // RFC 5280 4.1.2.2: 20 octets
constexpr std::size_t kMostReasonBytes = 500;

constexpr std::array<std::pair<Outcome, std::string_view>, 7> kOutcomes{{{Outcome::none, "none"},
                                                                         {Outcome::proved, "proved"},
                                                                         {Outcome::unproved, "unproved"},
                                                                         {Outcome::rolled_back, "rolled_back"},
                                                                         {Outcome::refused, "refused"},
                                                                         {Outcome::skew, "skew"},
                                                                         {Outcome::failed, "failed"}}};

bool is_lower_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// The claims that every message has.
template <class Message>
JsonWriter common_claims(std::string_view type, const Message& message) {
    JsonWriter claims;
    claims.text("typ", type)
        .text("iss", message.host.text())
        .text("aud", message.audience.text())
        .numeric_date("iat", message.issued_at)
        .numeric_date("exp", message.expires)
        .text("jti", message.id)
        .text("entry", message.entry.text());
    return claims;
}

Refusal refusal(std::string reason) { return Refusal{{std::move(reason)}}; }

/// Takes the claims that every message has, into a request or a receipt.
struct CommonClaims {
    HostName host;
    Fingerprint audience;
    Time issued_at;
    Time expires;
    std::string id;
    EntryName entry;

    CommonClaims(JsonObject& claims, std::string_view type)
        : host(read_host(claims, type)),
          audience(claims.exactly<Fingerprint>("aud")),
          issued_at(claims.numeric_date("iat")),
          expires(claims.numeric_date("exp")),
          id(claims.text("jti")),
          entry(claims.exactly<EntryName>("entry")) {
        if (id.size() != kIdDigits || !is_lower_hex(id)) {
            claims.fail("jti", "it is not 32 lower-case hex digits");
        }
    }

   private:
    /// The type comes first: whatever else is in a message of another type does not matter.
    static HostName read_host(JsonObject& claims, std::string_view type) {
        if (const std::string found = claims.text("typ"); found != type) {
            claims.fail("typ", "it is '" + printable(found, 40) + "', not '" + std::string(type) + "'");
        }
        return claims.exactly<HostName>("iss");
    }
};

Request read_request(JsonObject claims) {
    CommonClaims common(claims, kRequestType);
    Request request{common.host,
                    common.audience,
                    common.issued_at,
                    common.expires,
                    common.id,
                    common.entry,
                    claims.bounded("csr", Csr::kMostBytes)};
    claims.finish();
    return request;
}

std::string read_serial(JsonObject& claims, std::string_view key) {
    std::string serial = claims.bounded(key, kMostSerialDigits);
    if (!is_lower_hex(serial)) {
        claims.fail(key, "it is not a serial in lower-case hex");
    }
    return serial;
}

std::string read_story(JsonObject& claims) {
    const std::optional<std::string> story = claims.find_text("story");
    if (!story) return "";
    return claims.as("story", [](const std::string& text) { return to_text(parse_story(text)); });
}

std::string read_findings(JsonObject& claims) {
    std::string findings = claims.find_text("findings").value_or("");
    if (findings.size() > kMostFindingsBytes) {
        claims.fail("findings", "it is too long");
    }
    return findings;
}

Receipt read_receipt(JsonObject claims) {
    const CommonClaims common(claims, kReceiptType);
    const std::int64_t counter = claims.number("counter");
    if (counter < 0) {
        claims.fail("counter", "it is negative");
    }
    Receipt receipt{common.host,
                    common.audience,
                    common.issued_at,
                    common.expires,
                    common.id,
                    common.entry,
                    static_cast<std::uint64_t>(counter),
                    claims.as("outcome", parse_outcome),
                    read_serial(claims, "attempted"),
                    claims.bounded("reason", kMostReasonBytes),
                    read_serial(claims, "serving"),
                    claims.find_numeric_date("not_after"),
                    claims.find_numeric_date("proved_at"),
                    read_story(claims),
                    read_findings(claims)};
    claims.finish();
    return receipt;
}

/// The message of a payload, or the one thing that is wrong with its form.
template <class Read>
auto parse_payload(std::string_view payload, Read read)
    -> Decision<decltype(read(parse_json(payload, kPayloadLimits)))> {
    try {
        return read(parse_json(payload, kPayloadLimits));
    } catch (const Error& error) {
        return refusal(std::string("the message's claims are wrong: ") + error.what());
    }
}

/// What is wrong with a message's claims whatever the time is.
template <class Message>
std::vector<std::string> unexpected(const Message& message, const Expected& expected) {
    std::vector<std::string> reasons;
    if (message.host != expected.host) {
        reasons.push_back("it is of the host '" + message.host.text() + "', not '" + expected.host.text() + "'");
    }
    if (message.entry != expected.entry) {
        reasons.push_back("it is for the entry '" + message.entry.text() + "', not '" + expected.entry.text() + "'");
    }
    const auto& audiences = expected.audiences;
    if (std::find(audiences.begin(), audiences.end(), message.audience) == audiences.end()) {
        reasons.push_back("it is meant for the root " + message.audience.text() + ", which is not trusted here");
    }
    if (message.expires <= message.issued_at || message.expires - message.issued_at > kMessageLifetime) {
        reasons.push_back("it is not to live up to 24 h: from " + format_time(message.issued_at) + " to " +
                          format_time(message.expires));
    }
    return reasons;
}

void add_untimely(std::vector<std::string>& reasons, const Request& request, Time now) {
    if (request.issued_at > now + kMostSkew) {
        reasons.push_back("it was made at " + format_time(request.issued_at) + ", and here it is " + format_time(now) +
                          ": one of the clocks is wrong");
    }
    if (request.expires <= now) {
        reasons.push_back("it expired at " + format_time(request.expires) + ", and it is " + format_time(now));
    }
}

/// The key of a request whose claims hold.
Decision<PublicKey> requested_key(const Request& request) {
    try {
        const Csr csr = Csr::parse_pem(request.csr);
        if (csr.common_name() != request.id) {
            return refusal("its CSR was made for another message: '" + printable(csr.common_name(), 80) + "'");
        }
        return csr.public_key();
    } catch (const Error& error) {
        return refusal(std::string("its CSR is not acceptable: ") + error.what());
    }
}

}  // namespace

std::string_view to_text(Outcome outcome) {
    const auto* const found =
        std::find_if(kOutcomes.begin(), kOutcomes.end(), [&](const auto& pair) { return pair.first == outcome; });
    return found == kOutcomes.end() ? "" : found->second;
}

Outcome parse_outcome(std::string_view text) {
    const auto* const found =
        std::find_if(kOutcomes.begin(), kOutcomes.end(), [&](const auto& pair) { return pair.second == text; });
    if (found == kOutcomes.end()) {
        throw Error(ErrorKind::corrupt, "'" + printable(text, 40) + "' is not an outcome");
    }
    return found->first;
}

std::string sign_message(const Request& request, const PrivateKey& identity) {
    JsonWriter claims = common_claims(kRequestType, request);
    claims.text("csr", request.csr);
    return sign_jws(kMessage, claims.finish(), identity);
}

std::string sign_message(const Receipt& receipt, const PrivateKey& identity) {
    JsonWriter claims = common_claims(kReceiptType, receipt);
    claims.number("counter", static_cast<std::int64_t>(receipt.counter))
        .text("outcome", to_text(receipt.outcome))
        .text("attempted", receipt.attempted)
        .text("reason", std::string_view(receipt.reason).substr(0, kMostReasonBytes))
        .text("serving", receipt.serving)
        .numeric_date("not_after", receipt.not_after)
        .numeric_date("proved_at", receipt.proved_at);
    if (!receipt.story.empty()) {
        claims.text("story", receipt.story);
    }
    if (!receipt.findings.empty()) {
        claims.text("findings", std::string_view(receipt.findings).substr(0, kMostFindingsBytes));
    }
    return sign_jws(kMessage, claims.finish(), identity);
}

Decision<CheckedRequest> open_request(std::string_view jws, const PublicKey& identity, const Expected& expected,
                                      Time now) {
    const Decision<std::string> payload = open_jws(kMessage, jws, identity);
    if (const auto* const refused = std::get_if<Refusal>(&payload)) {
        return *refused;
    }
    Decision<Request> message = parse_payload(std::get<std::string>(payload), read_request);
    if (const auto* const refused = std::get_if<Refusal>(&message)) {
        return *refused;
    }
    auto& request = std::get<Request>(message);
    std::vector<std::string> reasons = unexpected(request, expected);
    add_untimely(reasons, request, now);
    if (!reasons.empty()) {
        return Refusal{std::move(reasons)};
    }
    Decision<PublicKey> key = requested_key(request);
    if (const auto* const refused = std::get_if<Refusal>(&key)) {
        return *refused;
    }
    return CheckedRequest{std::move(request), std::get<PublicKey>(std::move(key))};
}

Decision<Receipt> open_receipt(std::string_view jws, const PublicKey& identity, const Expected& expected) {
    const Decision<std::string> payload = open_jws(kMessage, jws, identity);
    if (const auto* const refused = std::get_if<Refusal>(&payload)) {
        return *refused;
    }
    Decision<Receipt> message = parse_payload(std::get<std::string>(payload), read_receipt);
    if (const auto* const receipt = std::get_if<Receipt>(&message)) {
        if (std::vector<std::string> reasons = unexpected(*receipt, expected); !reasons.empty()) {
            return Refusal{std::move(reasons)};
        }
    }
    return message;
}

}  // namespace halfday
