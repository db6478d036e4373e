#include "ca/sign/lint.hpp"

#include <functional>

#include "tests/unit/error_of.hpp"
#include "tests/unit/sign/signed_world.hpp"

using namespace halfday;
using namespace halfday::test;
using std::chrono::hours;

namespace {

using Reasons = std::vector<std::string>;

Reasons reasons_of(const Decision<LintedCertificate>& decision) {
    const auto* refusal = std::get_if<Refusal>(&decision);
    return refusal != nullptr ? refusal->reasons : Reasons{};
}

struct Spoiled {
    std::function<void(ToBeSigned&)> spoil;
    Reasons reasons;
};

void set_critical(ToBeSigned& tbs, std::string_view oid, bool critical) {
    for (Extension& extension : tbs.extensions) {
        if (extension.oid == oid) extension.critical = critical;
    }
}

void set_value(ToBeSigned& tbs, std::string_view oid, const std::string& value) {
    for (Extension& extension : tbs.extensions) {
        if (extension.oid == oid) extension.value = value;
    }
}

constexpr const char* kList = "its extensions are not those of its profile, in that order";

}  // namespace

TEST_CASE("what the profiles make passes every lint") {
    const SignedWorld world;
    CHECK(reasons_of(lint(world.root_tbs(), ProfileKind::root, nullptr)).empty());
    CHECK(reasons_of(lint(world.intermediate_tbs(), ProfileKind::intermediate, &world.root)).empty());
    CHECK(reasons_of(lint(world.leaf_tbs(), ProfileKind::leaf, &world.intermediate)).empty());
}

TEST_CASE("a server certificate against RFC 5280, RFC 9608 or its profile is refused, with every reason") {
    const SignedWorld world;
    const Spoiled cases[] = {
        {[](auto& t) { t.serial = Serial{}; }, {"its serial number is not a positive one of 16 bytes"}},
        {[](auto& t) { t.not_after = t.not_before - Seconds{1}; },
         {"it ends before it begins", "it would live 0 s, not 1m to 1d"}},
        {[](auto& t) { t.not_after = t.not_before + hours{24}; }, {"it would live 1 d, not 1m to 1d"}},
        {[](auto& t) { t.not_after = t.not_before + Seconds{58}; }, {"it would live 59 s, not 1m to 1d"}},
        {[&](auto& t) { t.not_before = world.intermediate.not_before() - Seconds{1}; },
         {"it begins at 2026-11-24T10:59:59Z, before its issuer at 2026-11-24T11:00:00Z"}},
        {[&](auto& t) {
             t.not_after = world.intermediate.not_after() + Seconds{1};
             t.not_before = t.not_after - hours{12};
         },
         {"it ends at 2026-12-29T11:00:00Z, after its issuer at 2026-12-29T10:59:59Z"}},
        {[](auto& t) { t.issuer = encode_name("Other"); }, {"its issuer's name is not the issuer's"}},
        {[](auto& t) { t.subject = encode_name("www.example.org"); }, {"its subject is not empty"}},
        {[&](auto& t) { t.signature_algorithm = world.root_key.signature_algorithm(); },
         {"its signature algorithm is not the one of a P-256 key"}},
        {[&](auto& t) { t.spki = world.intermediate_key.public_key().spki(); }, {"its key is its issuer's"}},
        {[](auto& t) { t.spki = "x"; }, {"no public key that this OpenSSL can read"}},
        {[](auto& t) {
             t.extensions.push_back({"1.2.3", false, "x"});
         },
         {kList}},
        {[](auto& t) { t.extensions.push_back(t.extensions.front()); }, {kList}},
        {[](auto& t) { std::swap(t.extensions[0], t.extensions[1]); }, {kList}},
        {[](auto& t) { remove(t, oid::kBasicConstraints); }, {kList}},
        {[](auto& t) { remove(t, oid::kKeyUsage); }, {kList}},
        {[](auto& t) { remove(t, oid::kExtendedKeyUsage); }, {kList}},
        {[](auto& t) { remove(t, oid::kSubjectAlternativeName); }, {kList}},
        {[](auto& t) { remove(t, oid::kAuthorityKeyIdentifier); }, {kList}},
        {[](auto& t) { remove(t, oid::kNoRevAvail); }, {kList}},
        {[](auto& t) { set_critical(t, oid::kBasicConstraints, false); }, {"basic constraints must be critical"}},
        {[](auto& t) { set_critical(t, oid::kKeyUsage, false); }, {"key usage must be critical"}},
        {[](auto& t) { set_critical(t, oid::kExtendedKeyUsage, true); }, {"extended key usage must not be critical"}},
        {[](auto& t) { set_critical(t, oid::kSubjectAlternativeName, false); },
         {"subject alternative name must be critical"}},
        {[](auto& t) { set_critical(t, oid::kAuthorityKeyIdentifier, true); },
         {"authority key identifier must not be critical"}},
        {[](auto& t) { set_critical(t, oid::kNoRevAvail, true); }, {"noRevAvail must not be critical"}},
        {[](auto& t) { replace(t, basic_constraints_ca(0)); }, {"basic constraints is not what its profile has"}},
        {[](auto& t) { replace(t, key_usage(KeyUsage::certificate_and_crl_sign)); },
         {"key usage is not what its profile has"}},
        {[](auto& t) { replace(t, extended_key_usage(Purpose::server_and_client)); },
         {"its issuer is not for clients"}},
        {[](auto& t) { replace(t, extended_key_usage({std::string(oid::kClientAuth)})); },
         {"extended key usage is not what its profile has"}},
        {[](auto& t) { replace(t, authority_key_identifier("other")); },
         {"authority key identifier is not what its profile has"}},
        {[](auto& t) { set_value(t, oid::kNoRevAvail, ""); }, {"noRevAvail is not what its profile has"}},
    };
    for (const Spoiled& c : cases) {
        ToBeSigned tbs = world.leaf_tbs();
        c.spoil(tbs);
        CHECK(reasons_of(lint(tbs, ProfileKind::leaf, &world.intermediate)) == c.reasons);
    }
}

TEST_CASE("a server certificate has names that its issuer permits, each once, and nothing else") {
    const SignedWorld world;
    const auto value = [](const std::vector<GeneralName>& names) { return subject_alternative_name(names).value; };
    struct Case {
        std::string value;
        Reasons reasons;
    };
    const Case cases[] = {
        {value({dns("*.example.org")}), {}},
        {value({}), {"it has no name"}},
        {value({dns("example.net")}), {"its issuer does not permit 'example.net'"}},
        {value({dns("badexample.org"), dns("*.org.test")}),
         {"its issuer does not permit 'badexample.org'", "its issuer does not permit '*.org.test'"}},
        {value({dns("a.example.org"), dns("b.example.org"), dns("a.example.org")}), {"it has 'a.example.org' twice"}},
        {value({IpAddress::parse("192.0.2.7")}), {}},
        {value({IpAddress::parse("192.0.2.128"), IpAddress::parse("2001:db8::1")}),
         {"its issuer does not permit '192.0.2.128'", "its issuer does not permit '2001:db8::1'"}},
        {value({IpAddress::parse("192.0.2.7"), IpAddress::parse("192.0.2.7")}), {"it has '192.0.2.7' twice"}},
        {std::string("\x30\x05\x87\x03\x7f\x00\x01", 7),
         {"it has no name", "it has a name that is no well-formed DNS name or IP address"}},
        {std::string("\x30\x12\x82\x0b"
                     "example.org"
                     "\x87\x03\x7f\x00\x01",
                     20),
         {"it has a name that is no well-formed DNS name or IP address"}},
        {"\x30\x0d\x82\x0b"
         "Example.org",
         {"its names are not in their canonical form"}},
        {"x", {"malformed subject alternative name"}},
    };
    for (const Case& c : cases) {
        ToBeSigned tbs = world.leaf_tbs();
        set_value(tbs, oid::kSubjectAlternativeName, c.value);
        CHECK(reasons_of(lint(tbs, ProfileKind::leaf, &world.intermediate)) == c.reasons);
    }
}

TEST_CASE("an intermediate that is more than its root or not as its profile is refused") {
    const SignedWorld world;
    const Spoiled cases[] = {
        {[](auto& t) {
             replace(t, name_constraints({{dns("example.net"), dns("sub.example.org")}}));
         },
         {}},
        {[](auto& t) { replace(t, name_constraints({{dns("example.com")}})); },
         {"its issuer does not permit 'example.com'"}},
        {[](auto& t) { replace(t, name_constraints({{dns("org")}})); }, {"its issuer does not permit 'org'"}},
        {[](auto& t) {
             replace(t, name_constraints({{dns("example.org"), dns("example.org")}}));
         },
         {"it has 'example.org' twice"}},
        {[](auto& t) {
             replace(t, name_constraints({{dns("example.org")}, {IpRange::parse("192.0.2.0/23")}}));
         },
         {"its issuer does not permit '192.0.2.0/23'"}},
        {[](auto& t) {
             replace(t, name_constraints(
                            {{dns("example.org")}, {IpRange::parse("192.0.2.7"), IpRange::parse("192.0.2.7/32")}}));
         },
         {"it has '192.0.2.7/32' twice"}},
        {[](auto& t) {
             replace(t, name_constraints({{dns("example.org")}, {}, {dns("hr.example.org"), dns("hr.example.org")}}));
         },
         {"it has 'hr.example.org' twice"}},
        {[](auto& t) {
             replace(t, name_constraints({{dns("example.org")}, {}, {dns("example.net")}}));
         },
         {"'example.net' is excluded, and nothing of it is permitted"}},
        {[](auto& t) {
             replace(t, name_constraints({{dns("example.org")}, {}, {dns("org")}}));
         },
         {"'example.org' is permitted, and excluded"}},
        {[](auto& t) { set_value(t, oid::kNameConstraints, std::string("\x30\x00", 2)); },
         {"name constraints that permit every DNS name"}},
        {[](auto& t) {
             std::string names = name_constraints({{dns("example.org")}}).value;
             names.replace(names.find("example"), 7, "EXAMPLE");
             set_value(t, oid::kNameConstraints, names);
         },
         {"its name constraints are not in their canonical form"}},
        {[](auto& t) { remove(t, oid::kNameConstraints); }, {kList}},
        {[](auto& t) { remove(t, oid::kSubjectKeyIdentifier); }, {kList}},
        {[](auto& t) { t.extensions.push_back(no_rev_avail()); }, {kList}},
        {[](auto& t) { set_critical(t, oid::kNameConstraints, false); }, {"name constraints must be critical"}},
        {[](auto& t) { set_critical(t, oid::kSubjectKeyIdentifier, true); },
         {"subject key identifier must not be critical"}},
        {[](auto& t) { replace(t, basic_constraints_ca(1)); }, {"basic constraints is not what its profile has"}},
        {[](auto& t) { replace(t, basic_constraints_ca(std::nullopt)); },
         {"basic constraints is not what its profile has"}},
        {[](auto& t) { replace(t, basic_constraints_leaf()); }, {"basic constraints is not what its profile has"}},
        {[](auto& t) { replace(t, key_usage(KeyUsage::digital_signature)); },
         {"key usage is not what its profile has"}},
        {[](auto& t) { set_value(t, oid::kSubjectKeyIdentifier, "x"); },
         {"subject key identifier is not what its profile has"}},
        {[](auto& t) { t.subject = encode_name(""); }, {"an authority needs a name"}},
        {[](auto& t) { t.subject = t.issuer; }, {"an intermediate needs another name than its root"}},
        {[&](auto& t) { t.not_after = world.root.not_after() + Seconds{1}; },
         {"it ends at 2036-11-21T11:00:00Z, after its issuer at 2036-11-21T10:59:59Z"}},
        {[&](auto& t) {
             t.spki = world.root_key.public_key().spki();
             replace(t, subject_key_identifier(t.spki));
         },
         {"its key is its issuer's"}},
    };
    for (const Spoiled& c : cases) {
        ToBeSigned tbs = world.intermediate_tbs();
        c.spoil(tbs);
        CHECK(reasons_of(lint(tbs, ProfileKind::intermediate, &world.root)) == c.reasons);
    }
}

TEST_CASE("a root that is not as its profile is refused") {
    const SignedWorld world;
    const Spoiled cases[] = {
        {[](auto& t) { t.issuer = encode_name("Other"); }, {"its issuer's name is not the issuer's"}},
        {[](auto& t) { replace(t, basic_constraints_ca(0)); }, {"basic constraints is not what its profile has"}},
        {[](auto& t) { remove(t, oid::kNameConstraints); }, {kList}},
        {[](auto& t) { replace(t, authority_key_identifier("x")); },
         {"authority key identifier is not what its profile has"}},
        {[](auto& t) { t.signature_algorithm = "x"; }, {"its signature algorithm is not the one of a P-384 key"}},
        {[](auto& t) { t.not_after = t.not_before - Seconds{1}; }, {"it ends before it begins"}},
    };
    for (const Spoiled& c : cases) {
        ToBeSigned tbs = world.root_tbs();
        c.spoil(tbs);
        CHECK(reasons_of(lint(tbs, ProfileKind::root, nullptr)) == c.reasons);
    }
}

TEST_CASE("only a root issues intermediates, only an intermediate server certificates, and only a root itself") {
    const SignedWorld world;
    const Certificate leaf = issue(world.leaf_tbs(), ProfileKind::leaf, &world.intermediate, world.intermediate_key);
    struct Case {
        ProfileKind kind;
        const Certificate* issuer;
        std::string reason;
    };
    const Case cases[] = {
        {ProfileKind::root, &world.root, "a root has no issuer, and everything else has one"},
        {ProfileKind::intermediate, nullptr, "a root has no issuer, and everything else has one"},
        {ProfileKind::leaf, nullptr, "a root has no issuer, and everything else has one"},
        {ProfileKind::leaf, &world.root, "a root issues no server certificates"},
        {ProfileKind::intermediate, &world.intermediate, "only a root issues intermediates"},
        {ProfileKind::leaf, &leaf, "its issuer is no authority"},
        {ProfileKind::leaf, &leaf, "its issuer has no name constraints"},
        {ProfileKind::leaf, &leaf, "its issuer has no subject key identifier"},
    };
    for (const Case& c : cases) {
        const ToBeSigned tbs = c.kind == ProfileKind::root           ? world.root_tbs()
                               : c.kind == ProfileKind::intermediate ? world.intermediate_tbs()
                                                                     : world.leaf_tbs();
        CHECK_THAT(reasons_of(lint(tbs, c.kind, c.issuer)), Catch::VectorContains(c.reason));
    }
}
