#include "ca/exchange/message.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <utility>

#include "ca/exchange/findings.hpp"
#include "ca/exchange/json.hpp"
#include "ca/x509/digest.hpp"
#include "refused.hpp"

using namespace halfday;
using namespace std::chrono_literals;

namespace {

constexpr Time kNow{Seconds{1'795'000'000}};
const char* const kId = "00112233445566778899aabbccddeeff";
const char* const kHeader = R"({"alg":"EdDSA","typ":"halfday"})";

const PrivateKey& identity() {
    static const PrivateKey kKey = PrivateKey::generate(KeyAlgorithm::parse("Ed25519"));
    return kKey;
}
const PrivateKey& other_identity() {
    static const PrivateKey kKey = PrivateKey::generate(KeyAlgorithm::parse("Ed25519"));
    return kKey;
}
const PrivateKey& server_key() {
    static const PrivateKey kKey = PrivateKey::generate(KeyAlgorithm::parse("P-256"));
    return kKey;
}
const std::string& csr() {
    static const std::string kCsr = make_csr(server_key(), kId);
    return kCsr;
}

Fingerprint root() { return Fingerprint::of_spki("a root"); }
Fingerprint next_root() { return Fingerprint::of_spki("the next root"); }

Expected expected() { return {HostName::parse("web1.example.org"), EntryName::parse("www"), {next_root(), root()}}; }

Request request() {
    return {HostName::parse("web1.example.org"), root(), kNow, kNow + 24h, kId, EntryName::parse("www"), csr()};
}

Receipt receipt() {
    Receipt receipt{HostName::parse("web1.example.org"),
                    root(),
                    kNow,
                    kNow + 24h,
                    kId,
                    EntryName::parse("www"),
                    7,
                    Outcome::rolled_back,
                    "0a",
                    "the handshake showed the old one",
                    "0b",
                    kNow + 8h,
                    kNow - 4h};
    return receipt;
}

/// A JWS of any header and payload whose signature holds.
std::string forge(const std::string& header, const std::string& payload, const PrivateKey& key = identity()) {
    const std::string input = to_base64url(header) + "." + to_base64url(payload);
    return input + "." + to_base64url(key.sign(input));
}

using Changes = std::vector<std::pair<std::string, std::string>>;

/// The claims of request() with parts of their JSON replaced.
std::string claims(const Changes& changes) {
    const std::string jws = sign_message(request(), identity());
    const std::size_t begin = jws.find('.') + 1;
    std::string json = from_base64url(jws.substr(begin, jws.rfind('.') - begin));
    for (const auto& [from, to] : changes) {
        const std::size_t place = json.find(from);
        REQUIRE(place != std::string::npos);
        json.replace(place, from.size(), to);
    }
    return json;
}

/// The reasons against a request, "" for none.
std::string fault(std::string_view jws, Time now = kNow) {
    const auto decision = open_request(jws, identity().public_key(), expected(), now);
    const auto* const refusal = std::get_if<Refusal>(&decision);
    return refusal == nullptr ? "" : refusal->text();
}

std::string fault_of_claims(const Changes& changes) { return fault(forge(kHeader, claims(changes))); }

template <class Change>
std::string fault_of_request(Change change) {
    Request changed = request();
    change(changed);
    return fault(sign_message(changed, identity()));
}

}  // namespace

TEST_CASE("a request that holds gives the key that is to be certified") {
    const auto decision =
        open_request(sign_message(request(), identity()), identity().public_key(), expected(), kNow + 1h);
    REQUIRE(std::holds_alternative<CheckedRequest>(decision));
    const auto& checked = std::get<CheckedRequest>(decision);
    CHECK(checked.key == server_key().public_key());
    CHECK(checked.request.host.text() == "web1.example.org");
    CHECK(checked.request.entry.text() == "www");
    CHECK(checked.request.audience == root());
    CHECK(checked.request.issued_at == kNow);
    CHECK(checked.request.expires == kNow + 24h);
    CHECK(checked.request.id == kId);
    CHECK(checked.request.csr == csr());
}

TEST_CASE("a receipt that holds says what the host said") {
    Receipt told = receipt();
    told.story = "1795000000 r0 s2";
    const auto decision = open_receipt(sign_message(receipt(), identity()), identity().public_key(), expected());
    REQUIRE(std::holds_alternative<Receipt>(decision));
    const auto& opened = std::get<Receipt>(decision);
    CHECK(opened.counter == 7);
    CHECK(opened.outcome == Outcome::rolled_back);
    CHECK(opened.attempted == "0a");
    CHECK(opened.reason == "the handshake showed the old one");
    CHECK(opened.serving == "0b");
    CHECK(opened.not_after == kNow + 8h);
    CHECK(opened.proved_at == kNow - 4h);
    CHECK(opened.issued_at == kNow);

    CHECK(opened.story.empty());
    CHECK(sign_message(receipt(), identity()).size() < sign_message(told, identity()).size());
    const auto with_story = open_receipt(sign_message(told, identity()), identity().public_key(), expected());
    CHECK(std::get<Receipt>(with_story).story == told.story);
    told.findings = "wrong: \x1b[31m\nwarning: tickets";
    const auto with_findings = open_receipt(sign_message(told, identity()), identity().public_key(), expected());
    CHECK(std::get<Receipt>(with_findings).findings == told.findings);
    told.findings = std::string(kMostFindingsBytes + 1, 'x');
    const auto with_many = open_receipt(sign_message(told, identity()), identity().public_key(), expected());
    CHECK(std::get<Receipt>(with_many).findings.size() == kMostFindingsBytes);
    told.story = "1795000000 r0 \x1b";
    CHECK(std::holds_alternative<Refusal>(
        open_receipt(sign_message(told, identity()), identity().public_key(), expected())));

    Receipt first = receipt();
    first.not_after = std::nullopt;
    first.proved_at = std::nullopt;
    first.serving = "";
    const auto empty = open_receipt(sign_message(first, identity()), identity().public_key(), expected());
    REQUIRE(std::holds_alternative<Receipt>(empty));
    CHECK_FALSE(std::get<Receipt>(empty).not_after);
    CHECK_FALSE(std::get<Receipt>(empty).proved_at);
}

TEST_CASE("nothing of a message is believed before its signature") {
    const std::string good = sign_message(request(), identity());
    const std::string payload = claims({});
    const std::string signature = good.substr(good.rfind('.'));
    const std::string no_header = "the message does not begin with the one header that messages have";
    const std::string no_signature = "the signature is not by the host's pinned identity";
    const auto with_header = [&](const std::string& header) { return forge(header, payload); };
    struct Case {
        std::string name;
        std::string jws;
        std::string reason;
    };
    const Case cases[] = {
        {"empty", "", no_header},
        {"too large", std::string(kMostMessageBytes + 1, 'a'), "the message is larger than 32768 bytes"},
        {"no signature", good.substr(0, good.rfind('.')), "the message has no signature"},
        {"empty signature", good.substr(0, good.rfind('.') + 1), no_signature},
        {"another key", forge(kHeader, payload, other_identity()), no_signature},
        {"a key of another kind", forge(kHeader, payload, server_key()), no_signature},
        {"other claims under its signature",
         to_base64url(kHeader) + "." + to_base64url(claims({{"www", "api"}})) + signature, no_signature},
        {"signature of another part", good + "." + good.substr(good.rfind('.') + 1), "the message is not in base64url"},
        {"no JSON under a false signature", to_base64url(kHeader) + ".!!!" + signature, no_signature},
        {"trailing newline", good + "\n", "the message is not in base64url"},
        {"padding", good + "=", "the message is not in base64url"},
        {"a payload that is not base64url",
         [&] {
             const std::string input = to_base64url(kHeader) + ".a+/=";
             return input + "." + to_base64url(identity().sign(input));
         }(),
         "the message is not in base64url"},
        {"alg none", with_header(R"({"alg":"none","typ":"halfday"})"), no_header},
        {"another alg", with_header(R"({"alg":"HS256","typ":"halfday"})"), no_header},
        {"another typ", with_header(R"({"alg":"EdDSA","typ":"JWT"})"), no_header},
        {"crit", with_header(R"({"alg":"EdDSA","typ":"halfday","crit":["b64"],"b64":false})"), no_header},
        {"jwk", with_header(R"({"alg":"EdDSA","typ":"halfday","jwk":{}})"), no_header},
        {"blanks in the header", with_header(R"({"alg":"EdDSA", "typ":"halfday"})"), no_header},
        {"another order", with_header(R"({"typ":"halfday","alg":"EdDSA"})"), no_header},
    };
    CHECK(fault(good).empty());
    for (const Case& each : cases) {
        CAPTURE(each.name);
        CHECK(fault(each.jws) == each.reason);
    }
}

TEST_CASE("a host whose pinned identity is no Ed25519 key can't speak") {
    const auto decision =
        open_request(forge(kHeader, claims({}), server_key()), server_key().public_key(), expected(), kNow);
    REQUIRE(std::holds_alternative<Refusal>(decision));
    CHECK(std::get<Refusal>(decision).text() == "the host's pinned identity is not an Ed25519 key");
    CHECK(test::refused(ErrorKind::usage, [] { static_cast<void>(sign_message(request(), server_key())); }) ==
          "a message is signed by an Ed25519 key, and this one is P-256");
}

TEST_CASE("a message that is cut or changed anywhere is refused") {
    const std::string request_jws = sign_message(request(), identity());
    for (std::size_t size = 0; size < request_jws.size(); ++size) {
        CAPTURE(size);
        REQUIRE_FALSE(fault(std::string_view(request_jws).substr(0, size)).empty());
        std::string changed = request_jws;
        changed[size] = changed[size] == 'A' ? 'B' : 'A';
        REQUIRE_FALSE(fault(changed).empty());
    }
    const std::string receipt_jws = sign_message(receipt(), identity());
    for (std::size_t size = 0; size < receipt_jws.size(); ++size) {
        CAPTURE(size);
        REQUIRE(std::holds_alternative<Refusal>(
            open_receipt(std::string_view(receipt_jws).substr(0, size), identity().public_key(), expected())));
    }
}

TEST_CASE("the claims of a request are exactly these, in exactly these forms") {
    struct Case {
        Changes changes;
        std::string reason;
    };
    const Case cases[] = {
        {{{R"("jti")", R"("sub":"x","jti")"}}, "'sub': it does not belong here"},
        {{{R"("jti")", R"("iss":"web1.example.org","jti")"}}, "the member 'iss' is there twice"},
        {{{R"("typ":"request",)", ""}}, "'typ': it is missing"},
        {{{R"("typ":"request")", R"("typ":"receipt")"}}, "'typ': it is 'receipt', not 'request'"},
        {{{R"("typ":"request")", R"("typ":"\u001b[2J")"}}, "'typ': it is '\\x1b[2J', not 'request'"},
        {{{R"("typ":"request")", R"("typ":["request"])"}}, "'typ': it is not a text"},
        {{{R"("iss":"web1.example.org",)", ""}}, "'iss': it is missing"},
        {{{"web1.example.org", "WEB1.example.org"}}, "'iss': 'WEB1.example.org' is not in its one form"},
        {{{"web1.example.org", "web1.example.org."}}, "'iss': 'web1.example.org.' is not in its one form"},
        {{{R"("iat":1795000000)", R"("iat":"1795000000")"}}, "'iat': it is not a whole number"},
        {{{R"("iat":1795000000)", R"("iat":1795000000.0)"}}, "'iat': it is not a whole number"},
        {{{R"("iat":1795000000)", R"("iat":-1)"}}, "'iat': it is not a time"},
        {{{R"("exp":1795086400)", R"("exp":9223372036854775807)"}}, "'exp': it is not a whole number"},
        {{{R"("exp":1795086400)", R"("exp":null)"}}, "'exp': it is not a whole number"},
        {{{kId, "00112233445566778899AABBCCDDEEFF"}}, "'jti': it is not 32 lower-case hex digits"},
        {{{kId, "00112233445566778899aabbccddeef"}}, "'jti': it is not 32 lower-case hex digits"},
        {{{kId, "00112233445566778899aabbccddeeff0"}}, "'jti': it is not 32 lower-case hex digits"},
        {{{R"("aud":")", R"("aud":" )"}}, "'aud': ' " + root().text() + "' is not in its one form"},
        {{{R"("csr":"-----BEGIN)", R"("csr":")" + std::string(17000, 'A')}}, "'csr': it is longer than 16384 bytes"},
        {{{R"("csr":)", R"("x":[[[[[[[[]]]]]]]],"csr":)"}}, "it is nested deeper than 8"},
        {{{R"("csr":)", R"("x":[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4],"csr":)"}}, "it has too many values"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.changes.front().second);
        CHECK(fault_of_claims(each.changes) == "the message's claims are wrong: " + each.reason);
    }
    CHECK(fault_of_claims({}).empty());
    const std::string claims_and_more = claims({}) + "{}";
    CHECK(fault(forge(kHeader, claims_and_more)) ==
          "the message's claims are wrong: it is not JSON (byte " + std::to_string(claims_and_more.size() - 1) + ")");
    CHECK(fault(forge(kHeader, "[]")) == "the message's claims are wrong: it is not a JSON object");
    CHECK(fault(forge(kHeader, "")) == "the message's claims are wrong: it is not JSON (byte 1)");
    CHECK(fault(sign_message(receipt(), identity())) ==
          "the message's claims are wrong: 'typ': it is 'receipt', not 'request'");
}

TEST_CASE("a request is for this host, this entry and a trusted root, or every fault is told") {
    CHECK(fault_of_request([](Request& r) { r.host = HostName::parse("web2.example.org"); }) ==
          "it is of the host 'web2.example.org', not 'web1.example.org'");
    CHECK(fault_of_request([](Request& r) { r.entry = EntryName::parse("api"); }) ==
          "it is for the entry 'api', not 'www'");
    CHECK(fault_of_request([](Request& r) { r.audience = next_root(); }).empty());
    const Fingerprint foreign = Fingerprint::of_spki("a foreign root");
    CHECK(fault_of_request([&](Request& r) { r.audience = foreign; }) ==
          "it is meant for the root " + foreign.text() + ", which is not trusted here");
    CHECK(fault_of_request([](Request& r) {
              r.host = HostName::parse("web2.example.org");
              r.entry = EntryName::parse("api");
          }) == "it is of the host 'web2.example.org', not 'web1.example.org'; it is for the entry 'api', not 'www'");
}

TEST_CASE("a request lives for up to 24 h, and is refused from the second in which it expires") {
    struct Case {
        Time issued_at;
        Time expires;
        std::string reason;
    };
    const std::string too_long = "it is not to live up to 24 h: from ";
    const Case cases[] = {
        {kNow - 24h + 1s, kNow + 1s, ""},
        {kNow - 24h, kNow, "it expired at 2026-11-18T11:06:40Z, and it is 2026-11-18T11:06:40Z"},
        {kNow - 1h, kNow - 1s, "it expired at 2026-11-18T11:06:39Z, and it is 2026-11-18T11:06:40Z"},
        {kNow, kNow + 24h + 1s, too_long + "2026-11-18T11:06:40Z to 2026-11-19T11:06:41Z"},
        {kNow + 1s, kNow + 1s, too_long + "2026-11-18T11:06:41Z to 2026-11-18T11:06:41Z"},
        {kNow + 5min, kNow + 24h, ""},
        {kNow + 5min + 1s, kNow + 24h,
         "it was made at 2026-11-18T11:11:41Z, and here it is 2026-11-18T11:06:40Z: one of the clocks is wrong"},
    };
    for (const Case& each : cases) {
        CAPTURE(format_time(each.issued_at), format_time(each.expires));
        CHECK(fault_of_request([&](Request& r) {
                  r.issued_at = each.issued_at;
                  r.expires = each.expires;
              }) == each.reason);
    }
}

TEST_CASE("a request's CSR was made for it, and signed by the key that it asks for") {
    CHECK(fault_of_request([](Request& r) { r.csr = make_csr(server_key(), std::string(32, '0')); }) ==
          "its CSR was made for another message: '" + std::string(32, '0') + "'");
    CHECK(fault_of_request([](Request& r) { r.csr = make_csr(server_key(), "\x1b[2J"); }) ==
          "its CSR was made for another message: '\\x1b[2J'");
    const std::string not_acceptable = "its CSR is not acceptable: ";
    CHECK(fault_of_request([](Request& r) { r.csr = ""; }).starts_with(not_acceptable));
    CHECK(fault_of_request([](Request& r) { r.csr += "x"; }).starts_with(not_acceptable));
    CHECK(fault_of_request([](Request& r) {
              const std::size_t place = r.csr.find("\n-----END") - 12;
              r.csr[place] = r.csr[place] == 'A' ? 'B' : 'A';  // in its signature
          }).starts_with(not_acceptable));
}

TEST_CASE("a receipt is refused for all that a request is, but not for having expired") {
    const auto fault_of_receipt = [](const std::function<void(Receipt&)>& change) {
        Receipt changed = receipt();
        change(changed);
        const auto decision = open_receipt(sign_message(changed, identity()), identity().public_key(), expected());
        const auto* const refusal = std::get_if<Refusal>(&decision);
        return refusal == nullptr ? "" : refusal->text();
    };
    CHECK(fault_of_receipt([](Receipt& r) {
              r.issued_at = kNow - 1000h;
              r.expires = kNow - 976h;
          }).empty());
    CHECK(fault_of_receipt([](Receipt& r) { r.expires = kNow + 25h; }).starts_with("it is not to live up to 24 h"));
    CHECK(fault_of_receipt([](Receipt& r) { r.host = HostName::parse("web2.example.org"); }) ==
          "it is of the host 'web2.example.org', not 'web1.example.org'");
    CHECK(fault_of_receipt([](Receipt& r) { r.entry = EntryName::parse("api"); }) ==
          "it is for the entry 'api', not 'www'");
    CHECK(fault_of_receipt([](Receipt& r) { r.serving = "0A"; }) ==
          "the message's claims are wrong: 'serving': it is not a serial in lower-case hex");
    CHECK(fault_of_receipt([](Receipt& r) { r.attempted = std::string(41, '0'); }) ==
          "the message's claims are wrong: 'attempted': it is longer than 40 bytes");
    CHECK(fault_of_receipt([](Receipt& r) { r.counter = ~std::uint64_t{0}; }) ==
          "the message's claims are wrong: 'counter': it is negative");
    const auto request_as_receipt =
        open_receipt(sign_message(request(), identity()), identity().public_key(), expected());
    REQUIRE(std::holds_alternative<Refusal>(request_as_receipt));
    CHECK(std::get<Refusal>(request_as_receipt).text() ==
          "the message's claims are wrong: 'typ': it is 'request', not 'receipt'");
    const auto of_another_key =
        open_receipt(sign_message(receipt(), other_identity()), identity().public_key(), expected());
    CHECK(std::holds_alternative<Refusal>(of_another_key));
}

TEST_CASE("a reason that is long or no text doesn't keep a receipt from being sent") {
    Receipt long_winded = receipt();
    long_winded.reason = std::string(499, 'x') + "\xc3\xa9 and more";
    const auto decision = open_receipt(sign_message(long_winded, identity()), identity().public_key(), expected());
    REQUIRE(std::holds_alternative<Receipt>(decision));
    CHECK(std::get<Receipt>(decision).reason == std::string(499, 'x'));
}

TEST_CASE("outcomes are written as words") {
    for (const char* word : {"none", "proved", "unproved", "rolled_back", "refused", "skew", "failed"}) {
        CHECK(to_text(parse_outcome(word)) == word);
    }
    CHECK(test::refused(ErrorKind::corrupt, [] { static_cast<void>(parse_outcome("Proved")); }) ==
          "'Proved' is not an outcome");
}
