#include "ca/x509/extension.hpp"

#include "ca/base/escape.hpp"
#include "ca/x509/certificate.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/x509/der.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

DnsName dns(const char* text) { return DnsName::parse(text); }

constexpr char kPermitted = '\xa0';
constexpr char kExcluded = '\xa1';
constexpr char kMail = '\x81';
constexpr char kDns = '\x82';
constexpr char kAddress = '\x87';

std::string subtree(char tag, const std::string& base) { return element(kSequence, element(tag, base)); }

}  // namespace

TEST_CASE("each extension is the DER that its RFC says, critical where it says so") {
    struct Case {
        Extension extension;
        std::string_view oid;
        bool critical;
        std::string hex;
    };
    const Case cases[] = {
        {basic_constraints_ca(std::nullopt), oid::kBasicConstraints, true, "30030101ff"},
        {basic_constraints_ca(0), oid::kBasicConstraints, true, "30060101ff020100"},
        {basic_constraints_leaf(), oid::kBasicConstraints, true, "3000"},
        {key_usage(KeyUsage::certificate_and_crl_sign), oid::kKeyUsage, true, "03020106"},
        {key_usage(KeyUsage::digital_signature), oid::kKeyUsage, true, "03020780"},
        {extended_key_usage({std::string(oid::kServerAuth)}), oid::kExtendedKeyUsage, false,
         "300a06082b06010505070301"},
        {subject_alternative_name({dns("b.example"), dns("a.example")}), oid::kSubjectAlternativeName, true,
         "30168209" + to_hex("b.example") + "8209" + to_hex("a.example")},
        {name_constraints({{dns("example")}}), oid::kNameConstraints, true,
         "303f"
         "a00b30098207" +
             to_hex("example") + "a130300a8708" + std::string(16, '0') + "30228720" + std::string(64, '0')},
        {authority_key_identifier("abcd"), oid::kAuthorityKeyIdentifier, false, "3006800461626364"},
        {no_rev_avail(), oid::kNoRevAvail, false, "0500"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.oid);
        CHECK(c.extension.oid == c.oid);
        CHECK(c.extension.critical == c.critical);
        CHECK(to_hex(c.extension.value) == c.hex);
    }
}

TEST_CASE("a key identifier is 160 bits of SHA-256 of the key's bits alone") {
    const std::string spki = from_hex("302a300506032b6570032100") + std::string(32, 'k');
    // printf k%.0s {1..32} | sha256sum
    CHECK(to_hex(key_identifier(spki)) == "5e318f8cf9cbe249a30812b8ca132d691ded7a91");
    CHECK(subject_key_identifier(spki).value == "\x04\x14" + key_identifier(spki));
    CHECK(error_of([&] { return key_identifier(spki + "x"); }).kind() == ErrorKind::corrupt);
    CHECK(error_of([&] { return key_identifier("x"); }).kind() == ErrorKind::corrupt);
}

TEST_CASE("name constraints never permit everything by being empty, nor hold a wildcard") {
    CHECK(error_of([&] { return name_constraints({}); }).kind() == ErrorKind::usage);
    CHECK(error_of([&] { return name_constraints({{dns("*.example.org")}}); }).hint() ==
          "permit 'example.org': that covers all names below it too");
    CHECK_FALSE(NameConstraints{}.permits(dns("example.org")));
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
    struct Case {
        const char* what;
        std::string der;
    };
    const Case cases[] = {
        {"nothing", ""},
        {"empty", element(kSequence, "")},
        {"no permitted domain", element(kSequence, excluded)},
        {"no excluded addresses", element(kSequence, permitted)},
        {"IPv4 alone excluded", element(kSequence, permitted + element(kExcluded, v4))},
        {"IPv6 alone excluded", element(kSequence, permitted + element(kExcluded, v6))},
        {"half of IPv4 excluded", element(kSequence, permitted + element(kExcluded, half_of_v4 + v6))},
        {"a DNS name excluded", element(kSequence, permitted + element(kExcluded, v4 + v6 + subtree(kDns, "example")))},
        {"a wildcard permitted", element(kSequence, element(kPermitted, subtree(kDns, "*.a.b")) + excluded)},
        {"a mail domain permitted", element(kSequence, element(kPermitted, subtree(kMail, "example")) + excluded)},
        {"a byte after it", element(kSequence, permitted + excluded) + '\0'},
    };
    for (const Case& c : cases) {
        CAPTURE(c.what);
        CHECK(error_of([&] { return read_name_constraints(c.der); }).kind() == ErrorKind::corrupt);
    }
    CHECK_NOTHROW(read_name_constraints(element(kSequence, permitted + excluded)));
}

TEST_CASE("alternative names that are no DNS names are counted, not dropped") {
    const AlternativeNames names = read_subject_alternative_name(element(
        kSequence, element(kDns, "a.b.org") + element(kAddress, "\x7f\x01\x01\x01") + element(kDns, "b b.example.org") +
                       element(kDns, std::string("a\0b.org", 7)) + element(kDns, "a.b")));
    CHECK(names.dns == std::vector<DnsName>{dns("a.b.org"), dns("a.b")});
    CHECK(names.other_count == 3);
    const std::string one = element(kSequence, element(kDns, "a.b"));
    CHECK_NOTHROW(read_subject_alternative_name(one));
    CHECK(error_of([&] { return read_subject_alternative_name(one + "x"); }).kind() == ErrorKind::corrupt);
    CHECK(error_of([&] { return read_subject_alternative_name("x"); }).kind() == ErrorKind::corrupt);
}
