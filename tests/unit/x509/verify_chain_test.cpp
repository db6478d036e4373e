#include <functional>

#include "ca/x509/chain.hpp"
#include "ca/x509/pem.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/x509/certificates.hpp"
#include "tests/unit/x509/foreign_requests.hpp"

using namespace halfday;
using namespace halfday::test;
using std::chrono::hours;

namespace {

struct Spoiled {
    const char* what;
    std::function<void(ToBeSigned& root, ToBeSigned& intermediate, ToBeSigned& leaf)> spoil;
    std::string reason;  // part of it
};

std::string rsa_2048_spki() {
    const std::string der = x509::read_pem(kRsa2048Request).blocks.at(0).der;
    constexpr std::size_t kSize = 294;
    return der.substr(der.find("\x30\x82\x01\x22\x30\x0d"), kSize);
}

std::optional<ChainProblem> verify_spoiled(const World& world, const Spoiled& c) {
    ToBeSigned root = world.root();
    ToBeSigned intermediate = world.intermediate();
    ToBeSigned leaf = world.leaf();
    c.spoil(root, intermediate, leaf);
    const Chain chain = {signed_by(world.intermediate_key, leaf), signed_by(world.root_key, intermediate)};
    return verify_chain(chain, {signed_by(world.root_key, root)}, ChainPurpose::server, kNow);
}

}  // namespace

TEST_CASE("a chain of our profile verifies to the root, for its purpose alone") {
    const World world;
    const Certificate root = signed_by(world.root_key, world.root());
    const Certificate intermediate = signed_by(world.root_key, world.intermediate());
    const Certificate leaf = signed_by(world.intermediate_key, world.leaf());
    CHECK_FALSE(verify_chain({leaf, intermediate}, {root}, ChainPurpose::server, kNow));
    CHECK_FALSE(verify_chain({intermediate}, {root}, ChainPurpose::certificate_authority, kNow));
    const auto as_authority = verify_chain({leaf, intermediate}, {root}, ChainPurpose::certificate_authority, kNow);
    REQUIRE(as_authority);
    CHECK(as_authority->fault == ChainFault::untrusted);
    const auto as_server = verify_chain({intermediate}, {root}, ChainPurpose::server, kNow);
    REQUIRE(as_server);
    CHECK(as_server->fault == ChainFault::untrusted);
}

TEST_CASE("a chain leads to one of the anchors, and without one to nothing") {
    const World world;
    const World other;
    const Certificate root = signed_by(world.root_key, world.root());
    const Certificate namesake = signed_by(other.root_key, other.root());
    const Certificate intermediate = signed_by(world.root_key, world.intermediate());
    const Certificate leaf = signed_by(world.intermediate_key, world.leaf());
    CHECK_FALSE(verify_chain({leaf, intermediate}, {namesake, root}, ChainPurpose::server, kNow));
    const std::vector<std::pair<Chain, std::vector<Certificate>>> cases = {
        {{leaf, intermediate}, {}},       {{leaf, intermediate}, {namesake}},       {{leaf}, {root}}, {{}, {root}},
        {{leaf, intermediate, root}, {}}, {{leaf, intermediate, root}, {namesake}},
    };
    for (const auto& [chain, anchors] : cases) {
        const auto problem = verify_chain(chain, anchors, ChainPurpose::server, kNow);
        REQUIRE(problem);
        CHECK(problem->fault == ChainFault::untrusted);
    }
}

TEST_CASE("a chain with anything against RFC 5280 is untrusted") {
    const World world;
    const Spoiled cases[] = {
        {"a name outside the constraints",
         [](auto&, auto&, auto& leaf) { replace(leaf, subject_alternative_name({dns("www.example.net")})); },
         "permitted subtree violation"},
        {"an IP address",
         [](auto&, auto&, auto& leaf) {
             Extension names = subject_alternative_name({});
             names.value = std::string("\x30\x06\x87\x04\x7f\x00\x00\x01", 8);
             replace(leaf, names);
         },
         "excluded subtree violation"},
        {"an IP address beside the permitted ones",
         [](auto& root, auto& intermediate, auto& leaf) {
             const Extension permitted = name_constraints({{dns("example.org")}, {IpRange::parse("192.0.2.0/24")}});
             replace(root, permitted);
             replace(intermediate, permitted);
             replace(leaf, subject_alternative_name({IpAddress::parse("192.0.3.0")}));
         },
         "permitted subtree violation"},
        {"an IPv6 address where IPv4 ones are permitted",
         [](auto& root, auto& intermediate, auto& leaf) {
             const Extension permitted = name_constraints({{dns("example.org")}, {IpRange::parse("0.0.0.0/0")}});
             replace(root, permitted);
             replace(intermediate, permitted);
             replace(leaf, subject_alternative_name({IpAddress::parse("::1")}));
         },
         "subtree violation"},
        {"an excluded name",
         [](auto& root, auto&, auto& leaf) {
             replace(root, name_constraints({{dns("example.org")}, {}, {dns("hr.example.org")}}));
             replace(leaf, subject_alternative_name({dns("www.hr.example.org")}));
         },
         "excluded subtree violation"},
        {"a wildcard that matches a name which the root excludes",
         [](auto& root, auto&, auto& leaf) {
             replace(root, name_constraints({{dns("example.org")}, {}, {dns("hr.example.org")}}));
             replace(leaf, subject_alternative_name({dns("*.example.org")}));
         },
         "does not permit '*.example.org'"},
        {"a wildcard that matches a name which the intermediate excludes",
         [](auto&, auto& intermediate, auto& leaf) {
             replace(intermediate, name_constraints({{dns("example.org")}, {}, {dns("hr.example.org")}}));
             replace(leaf, subject_alternative_name({dns("*.example.org")}));
         },
         "does not permit '*.example.org'"},
        {"an excluded address",
         [](auto& root, auto& intermediate, auto& leaf) {
             const Extension constraints = name_constraints(
                 {{dns("example.org")}, {IpRange::parse("192.0.2.0/24")}, {}, {IpRange::parse("192.0.2.128/25")}});
             replace(root, constraints);
             replace(intermediate, constraints);
             replace(leaf, subject_alternative_name({IpAddress::parse("192.0.2.128")}));
         },
         "excluded subtree violation"},
        {"outside the root's constraints alone",
         [](auto& root, auto&, auto&) { replace(root, name_constraints({{dns("example.net")}})); },
         "permitted subtree violation"},
        {"a leaf for clients",
         [](auto&, auto&, auto& leaf) { replace(leaf, extended_key_usage({std::string(oid::kClientAuth)})); },
         "purpose"},
        {"an intermediate for clients",
         [](auto&, auto& intermediate, auto&) {
             replace(intermediate, extended_key_usage({std::string(oid::kClientAuth)}));
         },
         "purpose"},
        {"an intermediate that may not sign",
         [](auto&, auto& intermediate, auto&) { replace(intermediate, key_usage(KeyUsage::digital_signature)); }, ""},
        {"an intermediate that is no authority",
         [](auto&, auto& intermediate, auto&) { replace(intermediate, basic_constraints_leaf()); }, ""},
        {"an unknown critical extension",
         [](auto&, auto&, auto& leaf) {
             leaf.extensions.push_back({"1.2.3.4", true, "x"});
         },
         "critical extension"},
        {"a key that is too weak", [](auto&, auto&, auto& leaf) { leaf.spki = rsa_2048_spki(); }, "key too weak"},
        {"another issuer's name", [](auto&, auto&, auto& leaf) { leaf.issuer = encode_name("Other"); }, "issuer"},
        {"another issuer's key", [](auto&, auto&, auto& leaf) { replace(leaf, authority_key_identifier("other")); },
         "issuer"},
        {"an authority's basic constraints not critical (X509_STRICT)",
         [](auto&, auto& intermediate, auto&) {
             Extension basic = basic_constraints_ca(0);
             basic.critical = false;
             replace(intermediate, basic);
         },
         "not marked critical"},
        {"no authority key identifier (X509_STRICT)",
         [](auto&, auto&, auto& leaf) { remove(leaf, oid::kAuthorityKeyIdentifier); }, "Authority Key Identifier"},
    };
    for (const Spoiled& c : cases) {
        CAPTURE(c.what);
        const auto problem = verify_spoiled(world, c);
        REQUIRE(problem);
        CHECK(problem->fault == ChainFault::untrusted);
        CAPTURE(problem->reason);
        CHECK(problem->reason.find(c.reason) != std::string::npos);
    }
}

TEST_CASE("a signature by another key, or with a bit changed, is untrusted") {
    const World world;
    const Certificate root = signed_by(world.root_key, world.root());
    const Certificate intermediate = signed_by(world.root_key, world.intermediate());
    const Certificate forged = signed_by(new_key(), world.leaf());
    const auto problem = verify_chain({forged, intermediate}, {root}, ChainPurpose::server, kNow);
    REQUIRE(problem);
    CHECK(problem->fault == ChainFault::untrusted);
    CHECK(problem->reason == "certificate " + world.leaf().serial.hex() + ": certificate signature failure");
}

TEST_CASE("a path length is kept") {
    const World world;
    const PrivateKey second_key = new_key();
    const std::string& spki = second_key.public_key().spki();
    ToBeSigned second = world.intermediate();
    second.spki = spki;
    second.issuer = encode_name("Intermediate");
    second.subject = encode_name("Second");
    replace(second, subject_key_identifier(spki));
    replace(second, authority_key_identifier(key_identifier(world.intermediate_key.public_key().spki())));
    ToBeSigned leaf = world.leaf();
    leaf.issuer = second.subject;
    replace(leaf, authority_key_identifier(key_identifier(spki)));
    const Chain chain = {signed_by(second_key, leaf), signed_by(world.intermediate_key, second),
                         signed_by(world.root_key, world.intermediate())};
    const auto problem = verify_chain(chain, {signed_by(world.root_key, world.root())}, ChainPurpose::server, kNow);
    REQUIRE(problem);
    CHECK(problem->reason == "certificate 'CN=Intermediate': path length constraint exceeded");
}

TEST_CASE("every certificate's dates count, to the second, and both times are told") {
    const World world;
    const Certificate leaf = signed_by(world.intermediate_key, world.leaf());
    const Certificate intermediate = signed_by(world.root_key, world.intermediate());
    const Certificate root = signed_by(world.root_key, world.root());
    const auto at = [&](Time now) { return verify_chain({leaf, intermediate}, {root}, ChainPurpose::server, now); };
    CHECK_FALSE(at(leaf.not_before()));
    CHECK_FALSE(at(leaf.not_after()));
    const auto early = at(leaf.not_before() - Seconds{1});
    REQUIRE(early);
    CHECK(early->fault == ChainFault::not_yet_valid);
    CHECK(early->reason == "certificate " + leaf.serial_hex() +
                               " is not valid before 2026-11-24T11:30:00Z, and this clock says 2026-11-24T11:29:59Z");
    const auto late = at(leaf.not_after() + Seconds{1});
    REQUIRE(late);
    CHECK(late->fault == ChainFault::expired);
    CHECK(late->reason == "certificate " + leaf.serial_hex() +
                              " is not valid after 2026-11-24T23:29:59Z, and this clock says 2026-11-24T23:30:00Z");
}

TEST_CASE("an intermediate or root that is out of date is found as well") {
    const World world;
    struct Case {
        std::function<void(ToBeSigned& root, ToBeSigned& intermediate)> spoil;
        ChainFault fault;
        std::string who;
    };
    const Case cases[] = {
        {[](auto&, auto& i) { i.not_after = kNow - hours{1}; }, ChainFault::expired, "CN=Intermediate"},
        {[](auto&, auto& i) { i.not_before = kNow + hours{1}; }, ChainFault::not_yet_valid, "CN=Intermediate"},
        {[](auto& r, auto&) { r.not_after = kNow - hours{1}; }, ChainFault::expired, "CN=Root"},
        {[](auto& r, auto&) { r.not_before = kNow + hours{1}; }, ChainFault::not_yet_valid, "CN=Root"},
    };
    for (const Case& c : cases) {
        ToBeSigned root = world.root();
        ToBeSigned intermediate = world.intermediate();
        c.spoil(root, intermediate);
        const Chain chain = {signed_by(world.intermediate_key, world.leaf()), signed_by(world.root_key, intermediate)};
        const auto problem = verify_chain(chain, {signed_by(world.root_key, root)}, ChainPurpose::server, kNow);
        REQUIRE(problem);
        CHECK(problem->fault == c.fault);
        CHECK(problem->reason.find("'" + c.who + "'") != std::string::npos);
    }
}

TEST_CASE("a time is the finding only when all else holds") {
    const World world;
    ToBeSigned leaf = world.leaf();
    leaf.not_after = kNow - hours{1};
    const Chain chain = {signed_by(new_key(), leaf), signed_by(world.root_key, world.intermediate())};
    const auto problem = verify_chain(chain, {signed_by(world.root_key, world.root())}, ChainPurpose::server, kNow);
    REQUIRE(problem);
    CHECK(problem->fault == ChainFault::untrusted);
}
