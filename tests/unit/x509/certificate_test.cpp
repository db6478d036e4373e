#include "ca/x509/certificate.hpp"

#include "ca/x509/digest.hpp"
#include "ca/x509/pem.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/x509/certificates.hpp"

using namespace halfday;
using namespace halfday::test;

TEST_CASE("a certificate gives back what was put into it") {
    const World world;
    const ToBeSigned tbs = world.intermediate();
    const Certificate certificate = signed_by(world.root_key, tbs);
    CHECK(certificate.serial_hex() == tbs.serial.hex());
    CHECK(certificate.not_before() == tbs.not_before);
    CHECK(certificate.not_after() == tbs.not_after);
    CHECK(certificate.subject() == "CN=Intermediate");
    CHECK(certificate.issuer() == "CN=Root");
    CHECK(certificate.subject_der() == tbs.subject);
    CHECK(certificate.issuer_der() == tbs.issuer);
    CHECK(certificate.public_key() == world.intermediate_key.public_key());
    CHECK(certificate.fingerprint() == world.intermediate_key.public_key().fingerprint());
    CHECK(certificate.extensions() == tbs.extensions);
    CHECK(certificate.is_ca());
    CHECK(certificate.path_length() == 0);
    CHECK(certificate.name_constraints() == NameConstraints{{dns("example.org")}});
    CHECK(certificate.extended_key_usage() == std::vector<std::string>{std::string(oid::kServerAuth)});
    CHECK(certificate.subject_key_identifier() == key_identifier(tbs.spki));
    CHECK(certificate.names().empty());
    CHECK(certificate.sha256() == sha256_hex(certificate.der()));
}

TEST_CASE("a server certificate has names and no authority") {
    const World world;
    const Certificate certificate = signed_by(world.intermediate_key, world.leaf());
    CHECK(certificate.subject().empty());
    CHECK(certificate.names() == std::vector<GeneralName>{dns("www.example.org"), dns("example.org")});
    CHECK(certificate.other_name_count() == 0);
    CHECK_FALSE(certificate.is_ca());
    CHECK(certificate.path_length() == std::nullopt);
    CHECK(certificate.name_constraints() == std::nullopt);
    CHECK(certificate.subject_key_identifier().empty());
    CHECK(certificate.extension(oid::kNoRevAvail) == no_rev_avail());
    CHECK(certificate.extension("1.2.3") == std::nullopt);
}

TEST_CASE("a subject from elsewhere is made fit for a terminal") {
    const World world;
    ToBeSigned tbs = world.intermediate();
    tbs.subject = encode_name("\x1b[31mroot,\xc3\xa9\n");
    CHECK(signed_by(world.root_key, tbs).subject() == "CN=\\1B[31mroot\\,\\C3\\A9\\0A");
}

TEST_CASE("times are read and written on both sides of 2050") {
    const World world;
    for (const char* text : {"2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
        CAPTURE(text);
        ToBeSigned tbs = world.root();
        tbs.not_after = parse_time(text);
        const std::string der = encode_tbs(tbs);
        CHECK(signed_by(world.root_key, tbs).not_after() == tbs.not_after);
        const bool is_generalized = der.find(std::string("\x18\x0f") + std::string(text, 4)) != std::string::npos;
        CHECK(is_generalized == (std::string_view(text) > "2050"));
    }
}

TEST_CASE("a certificate reads back from DER and PEM, exactly") {
    const World world;
    const Certificate certificate = signed_by(world.root_key, world.root());
    CHECK(Certificate::parse_der(certificate.der()) == certificate);
    CHECK(Certificate::parse_pem(certificate.pem()) == certificate);
    CHECK(Certificate::parse_pem("Root:\n" + certificate.pem() + "\n") == certificate);
    CHECK_FALSE(signed_by(world.root_key, world.root()) == signed_by(world.root_key, world.intermediate()));
}

TEST_CASE("a certificate that is cut off, followed by bytes, too large or not alone is corrupt") {
    const World world;
    const Certificate certificate = signed_by(world.root_key, world.root());
    const std::string& der = certificate.der();
    for (std::size_t size = 0; size < der.size(); ++size) {
        CAPTURE(size);
        CHECK(error_of([&] { return Certificate::parse_der(der.substr(0, size)); }).kind() == ErrorKind::corrupt);
    }
    CHECK(error_of([&] { return Certificate::parse_der(der + '\0'); }).kind() == ErrorKind::corrupt);
    CHECK(message_of([] { return Certificate::parse_der(std::string(Certificate::kMostBytes + 1, '\0')); }) ==
          "certificate: larger than 16384 bytes");
    const std::string cases[] = {
        "",
        "text",
        certificate.pem() + certificate.pem(),
        x509::write_pem("X509 CRL", der),
        certificate.pem().substr(0, certificate.pem().size() - 5),
    };
    for (const std::string& pem : cases) {
        CAPTURE(pem);
        CHECK(error_of([&] { return Certificate::parse_pem(pem); }).kind() == ErrorKind::corrupt);
    }
}

TEST_CASE("a certificate with an extension twice or two signature algorithms is corrupt") {
    const World world;
    ToBeSigned tbs = world.leaf();
    tbs.extensions.push_back(tbs.extensions.front());
    CHECK(message_of([&] { return signed_by(world.intermediate_key, tbs); }) ==
          "certificate: the extension 2.5.29.19 twice");
    const std::string content = encode_tbs(world.leaf());
    const std::string other = new_key("Ed25519").signature_algorithm();
    CHECK(message_of([&] { return Certificate::parse_der(encode_certificate(content, other, "signature")); }) ==
          "certificate: it names two signature algorithms");
}

TEST_CASE("a weak key is no obstacle to reading a certificate, only to using its key") {
    const World world;
    ToBeSigned tbs = world.leaf();
    tbs.spki = std::string("\x30\x05\x30\x00\x03\x01\x00", 7);
    const Certificate certificate = signed_by(world.intermediate_key, tbs);
    CHECK(certificate.names().size() == 2);
    CHECK(error_of([&] { return certificate.public_key().spki(); }).kind() == ErrorKind::corrupt);
}

TEST_CASE("a certificate of another version is corrupt") {
    const World world;
    std::string content = encode_tbs(world.leaf());
    const std::string version3 = "\xa0\x03\x02\x01\x02";
    content.replace(content.find(version3), version3.size(), "\xa0\x03\x02\x01\x01");
    const std::string algorithm = world.intermediate_key.signature_algorithm();
    CHECK(message_of([&] { return Certificate::parse_der(encode_certificate(content, algorithm, "signature")); }) ==
          "certificate: not of version 3");
}
