#include "ca/x509/name_constraints.hpp"

#include "ca/base/escape.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/x509/der.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

DnsName dns(const char* text) { return DnsName::parse(text); }

NameConstraints permitting(const std::vector<std::string>& texts) {
    NameConstraints constraints;
    for (const std::string& text : texts) permit(constraints, text);
    return constraints;
}

constexpr char kPermitted = '\xa0';
constexpr char kExcluded = '\xa1';
constexpr char kMail = '\x81';
constexpr char kDns = '\x82';
constexpr char kAddress = '\x87';

std::string subtree(char tag, const std::string& base) { return element(kSequence, element(tag, base)); }

const std::string kExample = "30098207" + to_hex("example");
const std::string kEveryV4 = "300a8708" + std::string(16, '0');
const std::string kEveryV6 = "30228720" + std::string(64, '0');

}  // namespace

TEST_CASE("name constraints exclude all addresses of each family of which they permit none") {
    struct Case {
        std::vector<std::string> permitted;
        std::string hex;
    };
    const std::string v4 = "300a8708c0000200ffffff00";
    const std::string v6 =
        "302287202001"
        "0db8" +
        std::string(24, '0') + "ffffffff" + std::string(24, '0');
    const Case cases[] = {
        {{"example"}, "303fa00b" + kExample + "a130" + kEveryV4 + kEveryV6},
        {{"example", "192.0.2.0/24"}, "303fa017" + kExample + v4 + "a124" + kEveryV6},
        {{"example", "2001:db8::/32"}, "303fa02f" + kExample + v6 + "a10c" + kEveryV4},
        {{"192.0.2.0/24", "example", "2001:db8::/32", "192.0.2.0/24"}, "303da03b" + kExample + v4 + v6},
    };
    for (const Case& each : cases) {
        CAPTURE(each.permitted);
        const NameConstraints constraints = permitting(each.permitted);
        const Extension extension = name_constraints(constraints);
        CHECK(extension.oid == oid::kNameConstraints);
        CHECK(extension.critical);
        CHECK(to_hex(extension.value) == each.hex);
        CHECK(read_name_constraints(extension.value) == constraints);
    }
}

TEST_CASE("name constraints permit the addresses in their ranges and no others") {
    const NameConstraints constraints = permitting({"example.org", "192.0.2.0/25", "198.51.100.7", "2001:db8::/32"});
    CHECK(constraints.text() == "example.org, 192.0.2.0/25, 198.51.100.7/32, 2001:db8::/32");
    for (const char* name : {"192.0.2.127", "198.51.100.7", "2001:db8:ffff::1", "www.example.org"}) {
        CAPTURE(name);
        CHECK(constraints.permits(GeneralName::parse(name)));
    }
    for (const char* name : {"192.0.2.128", "198.51.100.6", "2001:db9::", "::1", "127.0.0.1", "example.net"}) {
        CAPTURE(name);
        CHECK_FALSE(constraints.permits(GeneralName::parse(name)));
    }
    CHECK(constraints.outside(permitting({"a.example.org", "192.0.2.64/26", "2001:db8:1::/48"})).empty());
    CHECK(constraints.outside(permitting({"org", "192.0.2.0/24", "::/0", "198.51.100.7"})) ==
          std::vector<std::string>{"org", "192.0.2.0/24", "::/0"});
    CHECK(error_of([&] { return permitting({"*.example.org"}); }).kind() == ErrorKind::usage);
    CHECK(error_of([&] { return permitting({"192.0.2.7/24"}); }).kind() == ErrorKind::usage);
}

TEST_CASE("name constraints hold what is excluded of what is permitted") {
    NameConstraints constraints = permitting({"example", "192.0.2.0/24"});
    for (const char* text : {"Secret.example.", "192.0.2.7", "192.0.2.128/25", "secret.example"}) {
        exclude(constraints, text);
    }
    CHECK(constraints.text() == "example, 192.0.2.0/24 (without secret.example, 192.0.2.7/32, 192.0.2.128/25)");
    const Extension extension = name_constraints(constraints);
    CHECK(to_hex(extension.value) == "3069a017" + kExample + "300a8708c0000200ffffff00" + "a14e" + "3010820e" +
                                         to_hex("secret.example") + "300a8708c0000207ffffffff" +
                                         "300a8708c0000280ffffff80" + kEveryV6);
    CHECK(read_name_constraints(extension.value) == constraints);
    CHECK(error_of([&] { exclude(constraints, "*.example"); }).kind() == ErrorKind::usage);
    CHECK(error_of([&] { exclude(constraints, "*.a.example"); }).hint() ==
          "write 'a.example': that covers all names below it too");
}

TEST_CASE(
    "a name is permitted below what is permitted and not below what is excluded, a wildcard for all that it matches") {
    NameConstraints constraints = permitting({"example.org", "xn--bcher-kva.example", "192.0.2.0/24", "2001:db8::/32"});
    for (const char* text : {"secret.example.org", "a.deep.example.org", "xn--geheim-9db.xn--bcher-kva.example",
                             "192.0.2.128/25", "192.0.2.7", "2001:db8:1::/48"}) {
        exclude(constraints, text);
    }
    struct Case {
        const char* name;
        bool permitted;
        const char* against;  // what is excluded and speaks against it
    };
    const Case cases[] = {
        {"example.org", true, ""},
        {"EXAMPLE.org.", true, ""},
        {"www.example.org", true, ""},
        {"www.example.org.", true, ""},
        {"badexample.org", false, ""},
        {"org", false, ""},
        {"example.org.evil.test", false, ""},
        {"secret.example.org", false, "secret.example.org"},
        {"Secret.Example.org.", false, "secret.example.org"},
        {"www.secret.example.org", false, "secret.example.org"},
        {"topsecret.example.org", true, ""},
        {"secret.www.example.org", true, ""},
        {"*.www.example.org", true, ""},
        {"*.secret.example.org", false, "secret.example.org"},
        {"*.example.org", false, "secret.example.org"},       // matches secret.example.org
        {"*.deep.example.org", false, "a.deep.example.org"},  // matches a.deep.example.org
        {"*.topsecret.example.org", true, ""},
        {"*.a.deep.example.org", false, "a.deep.example.org"},
        {"deep.example.org", true, ""},
        {"xn--bcher-kva.example", true, ""},
        {"www.XN--Bcher-KVA.example", true, ""},
        {"xn--geheim-9db.xn--bcher-kva.example", false, "xn--geheim-9db.xn--bcher-kva.example"},
        {"*.xn--bcher-kva.example", false, "xn--geheim-9db.xn--bcher-kva.example"},
        {"bcher.example", false, ""},
        {"192.0.2.6", true, ""},
        {"192.0.2.7", false, "192.0.2.7/32"},
        {"192.0.2.128", false, "192.0.2.128/25"},
        {"192.0.3.1", false, ""},
        {"2001:db8::1", true, ""},
        {"2001:db8:1::", false, "2001:db8:1::/48"},
        {"::1", false, ""},
    };
    for (const Case& each : cases) {
        CAPTURE(each.name);
        const GeneralName name = GeneralName::parse(each.name);
        CHECK(constraints.permits(name) == each.permitted);
        CHECK(constraints.excluded(name).value_or("") == each.against);
    }
}

TEST_CASE("what is below others' constraints but not below these is found, exclusions too") {
    NameConstraints above = permitting({"example.org", "192.0.2.0/24"});
    exclude(above, "hr.example.org");
    exclude(above, "192.0.2.128/25");
    struct Case {
        std::vector<std::string> permitted;
        std::vector<std::string> excluded;
        std::vector<std::string> outside;
    };
    const Case cases[] = {
        {{"example.org", "192.0.2.0/24"}, {"hr.example.org", "192.0.2.128/25"}, {}},
        {{"example.org"}, {"hr.example.org"}, {}},
        {{"example.org"}, {}, {"hr.example.org"}},
        {{"example.org"}, {"a.hr.example.org"}, {"hr.example.org"}},
        {{"www.example.org"}, {}, {}},
        {{"hr.example.org"}, {}, {"hr.example.org"}},
        {{"a.hr.example.org"}, {}, {"a.hr.example.org"}},
        {{"org"}, {"hr.example.org"}, {"org"}},
        {{"www.example.org", "192.0.2.0/25"}, {}, {}},
        {{"www.example.org", "192.0.2.0/24"}, {}, {"192.0.2.128/25"}},
        {{"www.example.org", "192.0.2.0/24"}, {"192.0.2.64/26"}, {"192.0.2.128/25"}},
        {{"www.example.org", "192.0.2.192/26"}, {}, {"192.0.2.192/26"}},
    };
    for (const Case& each : cases) {
        CAPTURE(each.permitted, each.excluded);
        NameConstraints below = permitting(each.permitted);
        for (const std::string& text : each.excluded) exclude(below, text);
        CHECK(above.outside(below) == each.outside);
        CHECK(above.outside(inherited(below, above)).size() <= each.outside.size());
    }
}

TEST_CASE("name constraints never permit everything by being empty, nor hold a wildcard") {
    CHECK(error_of([&] { return name_constraints({}); }).kind() == ErrorKind::usage);
    CHECK(error_of([&] { return name_constraints({{dns("*.example.org")}}); }).hint() ==
          "write 'example.org': that covers all names below it too");
    CHECK_FALSE(NameConstraints{}.permits(dns("example.org")));
    CHECK_FALSE(NameConstraints{}.permits(IpAddress::parse("192.0.2.7")));
}

TEST_CASE("name constraints permit a domain and what is below it") {
    const NameConstraints constraints{{dns("example.org"), dns("example.net")}};
    CHECK(constraints.permits(dns("example.org")));
    CHECK(constraints.permits(dns("a.b.example.net")));
    CHECK(constraints.permits(dns("*.example.org")));
    CHECK_FALSE(constraints.permits(dns("badexample.org")));
    CHECK_FALSE(constraints.permits(dns("org")));
}

TEST_CASE("name constraints that this type can't hold are corrupt, not silently less") {
    const NameConstraints constraints{{dns("example.org"), dns("example.net")}};
    CHECK(read_name_constraints(name_constraints(constraints).value) == constraints);
    const std::string permitted = element(kPermitted, subtree(kDns, "example"));
    const std::string v4 = subtree(kAddress, std::string(8, '\0'));
    const std::string v6 = subtree(kAddress, std::string(32, '\0'));
    const std::string half_of_v4 = subtree(kAddress, std::string("\x80\0\0\0\x80\0\0\0", 8));
    const std::string excluded = element(kExcluded, v4 + v6);
    const std::string both = element(kPermitted, subtree(kDns, "example") + v4);
    struct Case {
        const char* what;
        std::string der;
    };
    const Case cases[] = {
        {"nothing", ""},
        {"empty", element(kSequence, "")},
        {"no permitted domain", element(kSequence, excluded)},
        {"no excluded addresses", element(kSequence, permitted)},
        {"IPv4 alone excluded, and no IPv6 permitted", element(kSequence, permitted + element(kExcluded, v4))},
        {"IPv6 alone excluded, and no IPv4 permitted", element(kSequence, permitted + element(kExcluded, v6))},
        {"half of IPv4 excluded", element(kSequence, permitted + element(kExcluded, half_of_v4 + v6))},
        {"IPv4 permitted and excluded", element(kSequence, both + excluded)},
        {"IPv4 permitted, IPv6 neither", element(kSequence, both)},
        {"a mask with a hole",
         element(kSequence, element(kPermitted, subtree(kDns, "example") +
                                                    subtree(kAddress, std::string("\xc0\0\2\0\xff\0\xff\0", 8))) +
                                element(kExcluded, v6))},
        {"an address without a mask",
         element(kSequence, element(kPermitted, subtree(kDns, "example") + subtree(kAddress, "abcd")) + excluded)},
        {"addresses alone permitted", element(kSequence, element(kPermitted, v4) + element(kExcluded, v6))},
        {"every DNS name excluded", element(kSequence, permitted + element(kExcluded, v4 + v6 + subtree(kDns, "")))},
        {"a wildcard excluded", element(kSequence, permitted + element(kExcluded, v4 + v6 + subtree(kDns, "*.a.b")))},
        {"only what is below a domain excluded",
         element(kSequence, permitted + element(kExcluded, v4 + v6 + subtree(kDns, ".a.example")))},
        {"a domain with a trailing dot excluded",
         element(kSequence, permitted + element(kExcluded, v4 + v6 + subtree(kDns, "a.example.")))},
        {"a domain with a trailing dot permitted",
         element(kSequence, element(kPermitted, subtree(kDns, "example.")) + excluded)},
        {"a U-label excluded", element(kSequence, permitted + element(kExcluded, v4 + v6 +
                                                                                     subtree(kDns,
                                                                                             "b\xc3\xbc"
                                                                                             "cher.example")))},
        {"a mail domain excluded",
         element(kSequence, permitted + element(kExcluded, v4 + v6 + subtree(kMail, "a.example")))},
        {"a wildcard permitted", element(kSequence, element(kPermitted, subtree(kDns, "*.a.b")) + excluded)},
        {"a mail domain permitted", element(kSequence, element(kPermitted, subtree(kMail, "example")) + excluded)},
        {"a byte after it", element(kSequence, permitted + excluded) + '\0'},
    };
    for (const Case& c : cases) {
        CAPTURE(c.what);
        CHECK(error_of([&] { return read_name_constraints(c.der); }).kind() == ErrorKind::corrupt);
    }
    CHECK_NOTHROW(read_name_constraints(element(kSequence, permitted + excluded)));
    CHECK_NOTHROW(read_name_constraints(element(kSequence, both + element(kExcluded, v6))));
}
