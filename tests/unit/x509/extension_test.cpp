#include "ca/x509/extension.hpp"

#include "ca/base/escape.hpp"
#include "ca/x509/certificate.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/x509/der.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

DnsName dns(const char* text) { return DnsName::parse(text); }

constexpr char kDns = '\x82';
constexpr char kAddress = '\x87';

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
        {subject_alternative_name({IpAddress::parse("::1"), dns("b"), IpAddress::parse("192.0.2.7")}),
         oid::kSubjectAlternativeName, true, "301b8710" + std::string(30, '0') + "01" + "820162" + "8704c0000207"},
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

TEST_CASE("alternative names that are neither DNS names nor IP addresses are counted, not dropped") {
    const AlternativeNames names = read_subject_alternative_name(element(
        kSequence, element(kDns, "a.b.org") + element(kAddress, "\x7f\x01\x01\x01") + element(kDns, "b b.example.org") +
                       element(kDns, std::string("a\0b.org", 7)) + element(kAddress, "\x7f\x01\x01") +
                       element(kAddress, std::string(10, '\0') + "\xff\xff\x7f\x01\x01\x01") +
                       element(kDns, "1.2.3.4") + element(kDns, "a.b")));
    CHECK(join_names(names.names) == "a.b.org, 127.1.1.1, a.b");
    CHECK(names.other_count == 5);
    const std::string one = element(kSequence, element(kDns, "a.b"));
    CHECK_NOTHROW(read_subject_alternative_name(one));
    CHECK(error_of([&] { return read_subject_alternative_name(one + "x"); }).kind() == ErrorKind::corrupt);
    CHECK(error_of([&] { return read_subject_alternative_name("x"); }).kind() == ErrorKind::corrupt);
}
