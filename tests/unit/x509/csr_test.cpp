#include "ca/x509/csr.hpp"

#include "ca/x509/digest.hpp"
#include "ca/x509/pem.hpp"
#include "ca/x509/tbs.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/x509/der.hpp"
#include "tests/unit/x509/foreign_requests.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

constexpr const char* kLabel = "CERTIFICATE REQUEST";

PrivateKey new_key(const char* algorithm = "P-256") { return PrivateKey::generate(KeyAlgorithm::parse(algorithm)); }

std::string der_of(const std::string& pem) { return x509::read_pem(pem).blocks.at(0).der; }

/// A request that is rightly signed, with parts that make_csr would not write.
std::string request_of(const PrivateKey& key, char version, const std::string& name) {
    const std::string content =
        element(kSequence, element(kInteger, {version}) + name + key.public_key().spki() + element('\xa0', ""));
    return x509::write_pem(kLabel, encode_certificate(content, key.signature_algorithm(), key.sign(content)));
}

std::string common_name(const std::string& text) {
    return element(kSet, element(kSequence, "\x06\x03\x55\x04\x03" + element(kUtf8String, text)));
}

}  // namespace

TEST_CASE("a request comes back with its key and its common name") {
    for (const char* algorithm : {"P-256", "P-384", "Ed25519", "RSA-3072"}) {
        CAPTURE(algorithm);
        const PrivateKey key = new_key(algorithm);
        const Csr csr = Csr::parse_pem("\n" + make_csr(key, "0c5f") + " \r\n");
        CHECK(csr.public_key() == key.public_key());
        CHECK(csr.common_name() == "0c5f");
    }
    CHECK(Csr::parse_pem(make_csr(new_key(), "")).common_name().empty());
}

TEST_CASE("a request for a key that is weak or unusual is refused") {
    struct Case {
        const char* pem;
        std::string reason;
    };
    const Case cases[] = {
        {kRsa2048Request, "an RSA key of 2048 bits, not 3072 to 8192"},
        {kSecp256k1Request, "curve 'secp256k1' is none of P-256, P-384 and P-521"},
        {kP192Request, "curve 'prime192v1' is none of P-256, P-384 and P-521"},
        {kEd448Request, "a key of type 'ED448', which is none of EC, Ed25519, RSA and ML-DSA"},
        {kRsaPssRequest, "a key of type 'RSA-PSS', which is none of EC, Ed25519, RSA and ML-DSA"},
        {kCompressedPointRequest, "a public key of type P-256 in an unusual encoding"},
        {kExplicitCurveRequest, "a public key of type P-256 in an unusual encoding"},
        {kP384SignedWithSha256Request, "not signed by the algorithm that goes with its P-384 key"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.pem);
        const Error error = error_of([&] { return Csr::parse_pem(c.pem); });
        CHECK(error.kind() == ErrorKind::corrupt);
        CHECK(std::string(error.what()) == "certification request: " + c.reason);
    }
}

TEST_CASE("a request cut off anywhere is refused") {
    const std::string pem = make_csr(new_key(), "0c5f");
    const std::string der = der_of(pem);
    for (std::size_t size = 0; size < der.size(); ++size) {
        CAPTURE(size);
        const std::string cut = x509::write_pem(kLabel, der.substr(0, size));
        CHECK(error_of([&] { return Csr::parse_pem(cut); }).kind() == ErrorKind::corrupt);
    }
    for (std::size_t size = 0; size + 1 < pem.size(); ++size) {
        CAPTURE(size);
        CHECK(error_of([&] { return Csr::parse_pem(pem.substr(0, size)); }).kind() == ErrorKind::corrupt);
    }
}

TEST_CASE("a request with any bit changed is refused") {
    const std::string der = der_of(make_csr(new_key(), "0c5f"));
    for (std::size_t at = 0; at < der.size(); ++at) {
        CAPTURE(at);
        std::string changed = der;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        CHECK(error_of([&] { return Csr::parse_pem(x509::write_pem(kLabel, changed)); }).kind() == ErrorKind::corrupt);
    }
}

TEST_CASE("a request with anything beside it is refused") {
    const std::string pem = make_csr(new_key(), "0c5f");
    const std::string der = der_of(pem);
    const std::string cases[] = {
        "",
        "text\n" + pem,
        pem + "text\n",
        pem + pem,
        x509::write_pem("CERTIFICATE", der),
        x509::write_pem("NEW CERTIFICATE REQUEST", der),
        x509::write_pem(kLabel, der + '\0'),
        pem + std::string(Csr::kMostBytes, '\n'),
        "-----BEGIN CERTIFICATE REQUEST-----\nProc-Type: 4,ENCRYPTED\n\n" + to_base64(der) +
            "\n-----END CERTIFICATE REQUEST-----\n",
    };
    for (const std::string& text : cases) {
        CAPTURE(text);
        CHECK(error_of([&] { return Csr::parse_pem(text); }).kind() == ErrorKind::corrupt);
    }
}

TEST_CASE("a request signed by another's key is refused") {
    const PrivateKey own = new_key();
    const std::string theirs = der_of(make_csr(new_key(), "0c5f"));
    std::string swapped = theirs;
    const std::string& spki = own.public_key().spki();
    const std::size_t at = swapped.find(spki.substr(0, 27));
    swapped.replace(at, spki.size(), spki);
    CHECK(message_of([&] { return Csr::parse_pem(x509::write_pem(kLabel, swapped)); }) ==
          "certification request: its signature is not by its own key");
}

TEST_CASE("a Name has one UTF8String of 1 to 64 characters, or nothing") {
    CHECK(encode_name("") == std::string("\x30\x00", 2));
    CHECK(encode_name("ab") == std::string("\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02"
                                           "ab",
                                           15));
    CHECK_NOTHROW(encode_name(std::string(64, 'a')));
    CHECK(error_of([&] { return encode_name(std::string(65, 'a')); }).kind() == ErrorKind::usage);
    CHECK(error_of([&] { return encode_name("\xff"); }).kind() == ErrorKind::usage);
}

TEST_CASE("a request of another version is refused") {
    const PrivateKey key = new_key("Ed25519");
    CHECK(request_of(key, 0, encode_name("a")) == make_csr(key, "a"));
    CHECK(message_of([&] { return Csr::parse_pem(request_of(key, 1, encode_name("a"))); }) ==
          "certification request: not of version 1");
}

TEST_CASE("a request with two common names has none") {
    const PrivateKey key = new_key();
    const auto name_of = [&](const std::string& names) {
        return Csr::parse_pem(request_of(key, 0, element(kSequence, names))).common_name();
    };
    CHECK(name_of(common_name("a")) == "a");
    CHECK(name_of(common_name("a") + common_name("b")).empty());
}

TEST_CASE("a signature that ends within a byte is refused, even where the bits left out are zero") {
    const PrivateKey key = new_key("Ed25519");
    std::string der;
    for (char letter = 'a'; der.empty() || (der.back() & 1) != 0; ++letter) {
        der = der_of(make_csr(key, std::string{letter}));
    }
    const std::size_t unused_bits = der.size() - 65;
    REQUIRE(der[unused_bits] == 0);
    der[unused_bits] = 1;
    CHECK(message_of([&] { return Csr::parse_pem(x509::write_pem(kLabel, der)); }) ==
          "malformed certification request: a bit string that ends within a byte");
}

TEST_CASE("several requests in one file come back in their order, and one fingerprint stands for all") {
    const PrivateKey one = new_key();
    const PrivateKey two = new_key("Ed25519");
    const auto both = Csr::parse_together(make_csr(one, "a") + make_csr(two, "b"));
    REQUIRE(both.size() == 2);
    CHECK(both[0].public_key() == one.public_key());
    CHECK(both[1].common_name() == "b");
    CHECK(fingerprint_of(both) == Fingerprint::of_spki(one.public_key().spki() + two.public_key().spki()));
    CHECK_FALSE(fingerprint_of(both) == fingerprint_of(Csr::parse_together(make_csr(two, "b") + make_csr(one, "a"))));
    CHECK(fingerprint_of(Csr::parse_together(make_csr(one, "a"))) == one.public_key().fingerprint());
}

TEST_CASE("a file of several requests is refused as a whole") {
    const std::string one = make_csr(new_key(), "a");
    std::string nine = one;
    for (int at = 0; at < 8; ++at) {
        nine += make_csr(new_key("Ed25519"), "n");
    }
    struct Case {
        std::string pem;
        std::string reason;
    };
    for (const Case& c : {
             Case{"", "not one PEM block '-----BEGIN CERTIFICATE REQUEST-----'"},
             Case{one + one, "the same key twice"},
             Case{nine, "more than 8 in one file"},
             Case{one + kRsa2048Request, "an RSA key of 2048 bits, not 3072 to 8192"},
             Case{one + "text\n" + one, "other text beside the PEM block"},
             Case{one + std::string(8 * Csr::kMostBytes, '\n'), "larger than 131072 bytes"},
         }) {
        const Error error = error_of([&] { return Csr::parse_together(c.pem); });
        CHECK(error.kind() == ErrorKind::corrupt);
        CHECK(std::string(error.what()) == "certification request: " + c.reason);
    }
    CHECK(std::string(error_of([&] { return Csr::parse_pem(one + one); }).what()) ==
          "certification request: not one PEM block '-----BEGIN CERTIFICATE REQUEST-----'");
}
