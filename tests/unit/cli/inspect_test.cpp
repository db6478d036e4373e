#include "cli/common/inspect.hpp"

#include <catch2/catch.hpp>

#include "ca/base/clock.hpp"
#include "ca/base/error.hpp"
#include "ca/x509/tbs.hpp"
#include "tests/unit/x509/crls.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

const PrivateKey& key() {
    static const PrivateKey made = PrivateKey::generate(KeyAlgorithm::parse("Ed25519"));
    return made;
}

/// A self-signed certificate with these extensions.
Certificate certificate(std::vector<Extension> extensions, const std::string& subject = "Foreign") {
    const std::string tbs =
        encode_tbs({Serial::make(1, std::string(15, 's')), key().signature_algorithm(), encode_name(subject),
                    parse_time("2026-11-24T11:00:00Z"), parse_time("2026-11-24T22:59:59Z"), encode_name(subject),
                    key().public_key().spki(), std::move(extensions)});
    return Certificate::parse_der(encode_certificate(tbs, key().signature_algorithm(), key().sign(tbs)));
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a certificate is told line by line, without what it hasn't") {
    const Certificate leaf = certificate(
        {basic_constraints_leaf(), extended_key_usage({std::string(oid::kServerAuth), "1.2.3.4"}),
         subject_alternative_name({DnsName::parse("www.example.org"), DnsName::parse("example.org")}), no_rev_avail()});
    CHECK(describe(Chain{leaf}) ==
          "certificate 1 of 1\n"
          "  subject      CN=Foreign\n"
          "  issuer       CN=Foreign\n"
          "  serial       01737373737373737373737373737373\n"
          "  key          Ed25519\n"
          "  fingerprint  " +
              leaf.fingerprint().text() + "\n  sha256       " + leaf.sha256() +
              "\n"
              "  not before   2026-11-24T11:00:00Z\n"
              "  not after    2026-11-24T22:59:59Z\n"
              "  authority    no\n"
              "  names        www.example.org, example.org\n"
              "  purposes     serverAuth, 1.2.3.4\n"
              "  extensions   basicConstraints (critical), extKeyUsage, subjectAltName "
              "(critical), noRevAvail\n");
}

TEST_CASE("a part that can't be read is told, and the rest as well") {
    const Certificate odd = certificate({{std::string(oid::kNameConstraints), true, "\x05"}});
    const std::string text = describe(Chain{odd});
    CHECK(has(text, "  permitted    ("));
    CHECK(has(text, "  extensions   nameConstraints (critical)\n"));
}

TEST_CASE("JSON has every certificate of the chain and the same facts") {
    const Certificate authority =
        certificate({basic_constraints_ca(0), name_constraints({{DnsName::parse("example.org")}})});
    const std::string json = to_json(Chain{authority, certificate({})});
    CHECK(has(json, "{\n  \"certificates\": [\n    {\n      \"subject\": \"CN=Foreign\""));
    CHECK(has(json, "\"authority\": \"yes, path length 0\""));
    CHECK(has(json, "\"permitted\": [\n        \"example.org\"\n      ]"));
    CHECK(has(json, "\"not_before\": \"2026-11-24T11:00:00Z\""));
}

TEST_CASE("a request's fingerprint is told on the issuer box and kept back on the root's") {
    const Inspected request = parse_inspected(make_csr(key(), "is\x1b[2Jsuer"));
    const std::string fingerprint = key().public_key().fingerprint().text();
    CHECK(has(describe(request, RequestFingerprint::shown), "  fingerprint   " + fingerprint));
    CHECK(describe(request, RequestFingerprint::kept_back) ==
          "certificate request\n  calls itself  is\\x1b[2Jsuer\n  key           Ed25519\n");
    CHECK(has(to_json(request, RequestFingerprint::shown), fingerprint));
    CHECK_FALSE(has(to_json(request, RequestFingerprint::kept_back), "fingerprint"));
}

TEST_CASE("a CRL shows its number, when the next is due, and what is revoked") {
    const World world;
    const Inspected crl =
        parse_inspected(crl_of(world, 7, {{"7f", kNow, RevocationReason::key_compromise}, {"80", kNow}}).pem());
    CHECK(describe(crl, RequestFingerprint::shown) ==
          "CRL\n  issuer       CN=Root\n  number       7\n  this update  2026-11-24T12:00:00Z\n"
          "  next update  2027-03-04T12:00:00Z\n"
          "  revoked      7f at 2026-11-24T12:00:00Z (keyCompromise), 80 at 2026-11-24T12:00:00Z (unspecified)\n");
    CHECK(has(to_json(crl, RequestFingerprint::shown), "{\n  \"crl\": {\n    \"issuer\": \"CN=Root\""));
}

TEST_CASE("anything but certificates, one request or one CRL is refused") {
    for (const std::string& text :
         {std::string(), std::string("hello"), std::string("-----BEGIN CERTIFICATE-----\n"),
          key().to_encrypted_pem(Secret::copy_of("a passphrase")), make_csr(key(), "x") + make_csr(key(), "y")}) {
        CHECK_THROWS_AS(parse_inspected(text), Error);
    }
}
