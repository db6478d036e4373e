#include "distribute/receive/admission.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "ca/base/escape.hpp"
#include "tests/unit/x509/crls.hpp"

namespace halfday::test {
namespace {

using std::chrono::hours;

/// What may_install is asked with; a case spoils one thing.
struct Asked {
    World world;
    ToBeSigned leaf = world.leaf();
    const PrivateKey* signer = &world.intermediate_key;
    std::optional<PublicKey> pending = world.leaf_key.public_key();
    Grant grant{.entry = EntryName::parse("www"),
                .names = {dns("www.example.org"), dns("example.org")},
                .server = parse_server_kind("nginx")};
    Lifetime max_lifetime{hours{24}};
    Crls crls;
    Time now = kNow;

    [[nodiscard]] Chain chain() const {
        return {signed_by(*signer, leaf), signed_by(world.root_key, world.intermediate())};
    }
    [[nodiscard]] Admission decide(const std::optional<Certificate>& live = std::nullopt) const {
        return may_install(chain(), pending, live, grant, max_lifetime, {signed_by(world.root_key, world.root())}, crls,
                           now);
    }
};

void other_names(Asked& asked, const std::string& san) {
    replace(asked.leaf, {std::string(oid::kSubjectAlternativeName), true, san});
}

/// A SubjectPublicKeyInfo of an algorithm that nobody knows.
std::string unknown_key() { return from_hex("300b300506032a030403020001"); }

struct RejectedCase {
    const char* because;
    std::function<void(Asked&)> spoil;
    Outcome outcome;
    bool request_is_spent;
};

const std::vector<RejectedCase> kRejected = {
    {", was revoked at 2026-11-24T12:00:00Z (keyCompromise)",
     [](Asked& asked) {
         const Certificate intermediate = signed_by(asked.world.root_key, asked.world.intermediate());
         asked.crls = {crl_of(asked.world, 7, {stolen(intermediate)})};
     },
     Outcome::refused, true},
    {", was revoked at 2026-11-24T12:00:00Z (keyCompromise)",  // another's key is not dropped
     [](Asked& asked) {
         const Certificate intermediate = signed_by(asked.world.root_key, asked.world.intermediate());
         asked.crls = {crl_of(asked.world, 7, {stolen(intermediate)})};
         asked.pending = asked.world.root_key.public_key();
     },
     Outcome::refused, false},
    {"'api.example.org' is not among the names",
     [](Asked& asked) {
         replace(asked.leaf, subject_alternative_name({dns("www.example.org"), dns("api.example.org")}));
     },
     Outcome::refused, true},
    {"'*.example.org' is not among the names",
     [](Asked& asked) { replace(asked.leaf, subject_alternative_name({dns("*.example.org")})); }, Outcome::refused,
     true},
    {"it has no name", [](Asked& asked) { remove(asked.leaf, oid::kSubjectAlternativeName); }, Outcome::refused, false},
    {"'127.0.0.1' is not among the names",
     [](Asked& asked) { replace(asked.leaf, subject_alternative_name({IpAddress::parse("127.0.0.1")})); },
     Outcome::refused, false},
    {"it has names other than DNS names and IP addresses",
     [](Asked& asked) { other_names(asked, std::string("\x30\x05\x87\x03\x7f\x00\x01", 7)); }, Outcome::refused, false},
    {"its extended key usage is not serverAuth alone",
     [](Asked& asked) { replace(asked.leaf, extended_key_usage(Purpose::server_and_client)); }, Outcome::refused, true},
    {"its extended key usage is not serverAuth alone", [](Asked& asked) { remove(asked.leaf, oid::kExtendedKeyUsage); },
     Outcome::refused, true},
    {"its extended key usage is not serverAuth, or that and clientAuth, alone",
     [](Asked& asked) {
         asked.grant.purpose = Purpose::server_and_client;
         replace(asked.leaf, extended_key_usage({std::string(oid::kClientAuth)}));
     },
     Outcome::refused, false},
    {"it lives 86401s, and this host allows 1d",
     [](Asked& asked) { asked.leaf.not_after = asked.leaf.not_before + hours{24}; }, Outcome::refused, true},
    {"it lives 12h, and this host allows 6h", [](Asked& asked) { asked.max_lifetime = Lifetime{hours{6}}; },
     Outcome::refused, true},
    {"it is a CA's certificate", [](Asked& asked) { replace(asked.leaf, basic_constraints_ca(std::nullopt)); },
     Outcome::refused, false},
    {"its key is not the pending one", [](Asked& asked) { asked.pending = new_key().public_key(); }, Outcome::refused,
     false},
    {"its key is not the pending one", [](Asked& asked) { asked.pending.reset(); }, Outcome::refused, false},
    {"its key is not the pending one", [](Asked& asked) { asked.leaf.spki = unknown_key(); }, Outcome::refused, false},
    {"signature failure", [](Asked& asked) { asked.signer = &asked.world.root_key; }, Outcome::refused, false},
    {"is not valid before", [](Asked& asked) { asked.now = kNow - std::chrono::minutes{31}; }, Outcome::skew, false},
    {"is not valid after", [](Asked& asked) { asked.now = kNow + hours{12}; }, Outcome::skew, true},
    {"is not valid after",
     [](Asked& asked) {
         asked.now = kNow + hours{12};
         asked.max_lifetime = Lifetime{hours{6}};
     },
     Outcome::refused, true},
};

}  // namespace

TEST_CASE("a chain that answers the pending request within the grants may be installed") {
    const Asked asked;
    CHECK(std::get<Acceptance>(asked.decide()) == Acceptance::install);
}

TEST_CASE("a chain may have fewer names than are granted") {
    Asked asked;
    asked.grant.names.push_back(dns("more.example.org"));
    CHECK(std::get<Acceptance>(asked.decide()) == Acceptance::install);
}

TEST_CASE(
    "a chain that breaks one rule is rejected with its reason, and spends its request only when it is truly ours") {
    const RejectedCase one = GENERATE(from_range(kRejected));
    CAPTURE(one.because);
    Asked asked;
    one.spoil(asked);
    const Admission admission = asked.decide();
    const auto* const rejection = std::get_if<Rejection>(&admission);
    REQUIRE(rejection != nullptr);
    CHECK_THAT(rejection->refusal.text(), Catch::Contains(one.because));
    CHECK(rejection->outcome == one.outcome);
    CHECK(rejection->request_is_spent == one.request_is_spent);
}

TEST_CASE("every reason is told at once") {
    Asked asked;
    asked.pending.reset();
    asked.max_lifetime = Lifetime{hours{1}};
    CHECK(std::get<Rejection>(asked.decide()).refusal.reasons.size() == 2);
}

TEST_CASE("the certificate that is live is nothing to install, and nothing to refuse when its key is gone") {
    Asked asked;
    asked.pending.reset();
    const Certificate live = signed_by(asked.world.intermediate_key, asked.leaf);
    const Admission same = may_install({live}, std::nullopt, live, asked.grant, asked.max_lifetime,
                                       {signed_by(asked.world.root_key, asked.world.root())}, {}, kNow);
    CHECK(std::get<Acceptance>(same) == Acceptance::live_already);
    CHECK(std::holds_alternative<Rejection>(asked.decide(signed_by(asked.world.intermediate_key, asked.leaf))));
}

}  // namespace halfday::test
