#include "ca/x509/key.hpp"

#include <openssl/crypto.h>

#include <fstream>

#include "ca/x509/pem.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/temporary_folder.hpp"
#include "tests/unit/x509/der.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::string_literals;

namespace {

const char* const kAlgorithms[] = {"P-256", "P-384", "Ed25519", "RSA-3072"};

PrivateKey new_key(const char* algorithm) { return PrivateKey::generate(KeyAlgorithm::parse(algorithm)); }

Path write(const Path& path, std::string_view content) {
    std::ofstream(path) << content;
    return path;
}

PassphraseSource passphrase(const char* text) {
    return [text] { return Secret::copy_of(text); };
}

/// The SubjectPublicKeyInfo of an RSA key with these numbers; `parameters` are those of its algorithm.
std::string rsa_spki(std::size_t bytes, const std::string& exponent, const std::string& parameters) {
    // 2^n - 1 for an n that is even is 3 times something
    const std::string modulus = element(kInteger, '\0' + std::string(bytes, '\xff'));
    const std::string key = element(kSequence, modulus + element(kInteger, exponent));
    const std::string algorithm = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01" + parameters;
    return element(kSequence, element(kSequence, algorithm) + element(kBitString, '\0' + key));
}

}  // namespace

TEST_CASE("a key of every algorithm signs what its public half verifies") {
    for (const char* algorithm : kAlgorithms) {
        CAPTURE(algorithm);
        const PrivateKey key = new_key(algorithm);
        CHECK(key.public_key().algorithm() == algorithm);
        CHECK(key.public_key().signature_algorithm() == key.signature_algorithm());
        const PublicKey read = PublicKey::from_spki(key.public_key().spki());
        const std::string signature = key.sign("message");
        CHECK(read.verifies("message", signature));
        CHECK_FALSE(read.verifies("massage", signature));
        CHECK_FALSE(read.verifies("message", ""));
        CHECK_FALSE(read.verifies("message", signature.substr(1)));
        CHECK_FALSE(read.verifies("message", signature + "x"));
        CHECK_FALSE(new_key(algorithm).public_key().verifies("message", signature));
    }
}

TEST_CASE("a key of every algorithm comes back from its PEM, plain and encrypted") {
    const TemporaryFolder folder;
    for (const char* algorithm : kAlgorithms) {
        CAPTURE(algorithm);
        const PrivateKey key = new_key(algorithm);
        const Path plain = write(folder / "plain.pem", key.to_pem().reveal());
        CHECK(PrivateKey::load(plain).public_key() == key.public_key());
        const std::string sealed = key.to_encrypted_pem(Secret::copy_of("correct horse"));
        CHECK(sealed.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
        const Path file = write(folder / "sealed.pem", sealed);
        const PrivateKey loaded = PrivateKey::load(file, passphrase("correct horse"));
        CHECK(key.public_key().verifies("message", loaded.sign("message")));
    }
}

TEST_CASE("a passphrase is asked for once, and only where the key is encrypted") {
    const TemporaryFolder folder;
    const PrivateKey key = new_key("P-256");
    int asked = 0;
    const PassphraseSource counting = [&asked] {
        ++asked;
        return Secret::copy_of("correct horse");
    };
    static_cast<void>(PrivateKey::load(write(folder / "plain.pem", key.to_pem().reveal()), counting));
    CHECK(asked == 0);
    const std::string sealed = key.to_encrypted_pem(Secret::copy_of("correct horse"));
    static_cast<void>(PrivateKey::load(write(folder / "sealed.pem", sealed), counting));
    CHECK(asked == 1);
}

TEST_CASE("a wrong passphrase is told apart from a file that is damaged") {
    const TemporaryFolder folder;
    const PrivateKey key = new_key("P-256");
    const std::string sealed = key.to_encrypted_pem(Secret::copy_of("correct horse"));
    const Path file = write(folder / "key.pem", sealed);

    const Error wrong = error_of([&] { return PrivateKey::load(file, passphrase("battery staple")); });
    CHECK(wrong.kind() == ErrorKind::usage);
    CHECK(std::string(wrong.what()) == "wrong passphrase for 'file:" + file.string() + "'");

    const Error none = error_of([&] { return PrivateKey::load(file); });
    CHECK(none.kind() == ErrorKind::usage);
    CHECK(std::string(none.what()) ==
          "the key 'file:" + file.string() + "' is encrypted and there is no passphrase for it");

    const std::string damaged[] = {
        "",
        "nonsense",
        sealed.substr(0, sealed.size() / 2),
        sealed.substr(0, sealed.find("-----END")),
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        x509::write_pem("PUBLIC KEY", key.public_key().spki()),
    };
    for (const std::string& content : damaged) {
        CAPTURE(content);
        const Path bad = write(folder / "bad.pem", content);
        const Error error = error_of([&] { return PrivateKey::load(bad, passphrase("correct horse")); });
        CHECK(error.kind() == ErrorKind::corrupt);
        CHECK(std::string(error.what()).starts_with("no private key in 'file:" + bad.string() + "'"));
    }
}

TEST_CASE("a source that fails is heard") {
    const TemporaryFolder folder;
    const Path file = write(folder / "key.pem", new_key("P-256").to_encrypted_pem(Secret::copy_of("x")));
    const PassphraseSource failing = []() -> Secret { throw Error(ErrorKind::usage, "no terminal to ask on"); };
    CHECK(message_of([&] { return PrivateKey::load(file, failing); }) == "no terminal to ask on");
}

TEST_CASE("a key that isn't there or is no file is said to be so") {
    const TemporaryFolder folder;
    const Path missing = folder / "none.pem";
    CHECK(error_of([&] { return PrivateKey::load(missing); }).kind() == ErrorKind::not_found);
    const Path& at_folder = folder.path();
    const Error error = error_of([&] { return PrivateKey::load(at_folder); });
    CHECK(error.kind() == ErrorKind::corrupt);
    CHECK(std::string(error.what()) == "the key 'file:" + at_folder.string() + "' is no regular file");
}

TEST_CASE("the URI of a key's file is absolute, below the given folder where it was relative") {
    CHECK(KeyUri::parse("file:key.pem", "/var/lib/halfday").text() == "file:/var/lib/halfday/key.pem");
    CHECK(KeyUri::parse("file:a/../key.pem", "/var/lib/halfday").text() == "file:/var/lib/halfday/key.pem");
    CHECK(KeyUri::parse("file:/etc/key.pem", "/var/lib/halfday").text() == "file:/etc/key.pem");
    CHECK(KeyUri::parse("file:///etc/key.pem", "/var/lib/halfday").text() == "file:/etc/key.pem");
    CHECK(KeyUri::parse("file:key.pem", "/x").file() == Path("/x/key.pem"));
}

TEST_CASE("the URI of a key in a token or a TPM is kept as it is") {
    const std::string cases[] = {
        "pkcs11:token=root;object=key",
        "pkcs11:object=key",
        "pkcs11:id=%01%fF",
        "pkcs11:token=My%20token;serial=12ab;manufacturer=SoftHSM%20project;model=v2;object=a;type=private;id=%01",
        "pkcs11:object=key;slot-id=3",
        "pkcs11:object=key?module-path=/usr/lib/softhsm/libsofthsm2.so",
        "pkcs11:object=key?module-name=softhsm2&module-path=/x.so",
        "handle:0x81000001",
        "handle:0x81ABcdef",
        "handle:0x81000001?pass",
    };
    for (const std::string& text : cases) {
        CAPTURE(text);
        const KeyUri uri = KeyUri::parse(text, "/x");
        CHECK(uri.text() == text);
        CHECK_FALSE(uri.file());
        CHECK(uri.is_pkcs11() == text.starts_with("pkcs11:"));
    }
}

TEST_CASE("what is no URI of a key is refused, with why") {
    struct Case {
        std::string text;
        std::string reason;
    };
    const std::string none = "' is none of 'file:PATH', 'pkcs11:…' and 'handle:0x81…'";
    const std::string handle = "' is no persistent handle of a TPM, 0x81000000 to 0x81ffffff";
    const std::string pin = "': a PIN in it would be seen in the list of processes, in configuration and in backups";
    const std::string value = "' is empty, or not percent-encoded (RFC 7512)";
    const Case cases[] = {
        {"", "a key's URI: '" + none},
        {"key.pem", "a key's URI: 'key.pem" + none},
        {"/key.pem", "a key's URI: '/key.pem" + none},
        {"file:", "a key's URI: 'file:" + none},
        {std::string("file:a\0b", 8), "a key's URI: 'file:a\\x00b" + none},
        {"PKCS11:object=key", "a key's URI: 'PKCS11:object=key" + none},
        {"pkcs11:", "a key's URI: 'pkcs11:' with neither 'object' nor 'id', which say which key it is"},
        {"pkcs11:token=root", "a key's URI: 'pkcs11:' with neither 'object' nor 'id', which say which key it is"},
        {"pkcs11:object=key;pin-value=1234", "a key's URI with 'pin-value" + pin},
        {"pkcs11:object=key?pin-value=1234", "a key's URI with 'pin-value" + pin},
        {"pkcs11:object=key?pin-source=file:/pin", "a key's URI with 'pin-source" + pin},
        {"pkcs11:object=key;objcet=x", "a key's URI: 'objcet' is no attribute that is known there (RFC 7512)"},
        {"pkcs11:object=key;module-path=/x",
         "a key's URI: 'module-path' is no attribute that is known there (RFC 7512)"},
        {"pkcs11:object=key?token=root", "a key's URI: 'token' is no attribute that is known there (RFC 7512)"},
        {"pkcs11:object=key;;id=%01", "a key's URI: '' is no attribute that is known there (RFC 7512)"},
        {"pkcs11:object=key;object=other", "a key's URI: 'object' is there twice"},
        {"pkcs11:object=key;type=cert", "a key's URI: its type is not 'private'"},
        {"pkcs11:object=", "a key's URI: the value of 'object" + value},
        {"pkcs11:object", "a key's URI: the value of 'object" + value},
        {"pkcs11:object=a b", "a key's URI: the value of 'object" + value},
        {"pkcs11:object=%4", "a key's URI: the value of 'object" + value},
        {"pkcs11:object=%zz", "a key's URI: the value of 'object" + value},
        {std::string("pkcs11:object=a\0b", 17), "a key's URI: the value of 'object" + value},
        {"handle:", "a key's URI: '" + handle},
        {"handle:0x8100001", "a key's URI: '0x8100001" + handle},
        {"handle:0x80000001", "a key's URI: '0x80000001" + handle},
        {"handle:0x8100000g", "a key's URI: '0x8100000g" + handle},
        {"handle:81000001", "a key's URI: '81000001" + handle},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        const Error error = error_of([&] { return KeyUri::parse(c.text, "/x"); });
        CHECK(error.kind() == ErrorKind::usage);
        CHECK(std::string(error.what()) == c.reason);
    }
}

TEST_CASE("an algorithm that only a newer OpenSSL has is offered there, and said to be missing here") {
    for (const char* name : {"ML-DSA-44", "ML-DSA-65", "ML-DSA-87"}) {
        CAPTURE(name);
        if (OpenSSL_version_num() >= 0x30500000L) {
            const PrivateKey key = new_key(name);
            CHECK(PublicKey::from_spki(key.public_key().spki()).verifies("message", key.sign("message")));
            continue;
        }
        const Error error = error_of([&] { return KeyAlgorithm::parse(name); });
        CHECK(error.kind() == ErrorKind::usage);
        CHECK(std::string(error.what()).starts_with("this OpenSSL (3."));
        CHECK(std::string(error.what()).ends_with(") has no '" + std::string(name) + "'"));
        CHECK(error.hint() == "use one of P-256, P-384, Ed25519, RSA-3072, RSA-4096, or a system with a newer OpenSSL");
    }
}

TEST_CASE("only strong key algorithms have a name, and the error lists them") {
    for (const char* name : {"P-256", "P-384", "Ed25519", "RSA-3072", "RSA-4096"}) {
        CHECK(KeyAlgorithm::parse(name).name() == name);
    }
    for (const char* name : {"", "p-256", "RSA", "RSA-2048", "P-192", "secp256k1", "DSA"}) {
        CAPTURE(name);
        const Error error = error_of([&] { return KeyAlgorithm::parse(name); });
        CHECK(error.kind() == ErrorKind::usage);
        CHECK(error.hint() == "use one of P-256, P-384, Ed25519, RSA-3072, RSA-4096");
    }
}

TEST_CASE("a public key has no byte too many, too few or out of place") {
    for (const char* algorithm : {"P-256", "P-384", "Ed25519"}) {
        CAPTURE(algorithm);
        const std::string spki = new_key(algorithm).public_key().spki();
        CHECK(error_of([&] { return PublicKey::from_spki(spki + '\0'); }).kind() == ErrorKind::corrupt);
        for (std::size_t size = 0; size < spki.size(); ++size) {
            CAPTURE(size);
            CHECK(error_of([&] { return PublicKey::from_spki(spki.substr(0, size)); }).kind() == ErrorKind::corrupt);
        }
    }
    std::string off_curve = new_key("P-256").public_key().spki();
    off_curve.back() = static_cast<char>(off_curve.back() ^ 1);
    CHECK(message_of([&] {
              return PublicKey::from_spki(off_curve);
          }).starts_with("a public key that is not on its curve"));
}

TEST_CASE("an RSA key has a size, an exponent and an encoding as they should be") {
    const std::string null("\x05\x00", 2);
    struct Case {
        std::string spki;
        std::string reason;
    };
    const Case cases[] = {
        {rsa_spki(256, "\x01\x00\x01"s, null), "an RSA key of 2048 bits, not 3072 to 8192"},
        {rsa_spki(1025, "\x01\x00\x01"s, null), "an RSA key of 8200 bits, not 3072 to 8192"},
        {rsa_spki(384, "\x01\x00\x01"s, ""), "a public key of type RSA-3072 in an unusual encoding"},
        {rsa_spki(384, "\x01\x00\x00"s, null), "an RSA key that is not sound"},
        {rsa_spki(384, "\x03", null), "an RSA key that is not sound"},
        {rsa_spki(384, "\x01\x00\x01"s, null), "an RSA key that is not sound"},  // small factors
    };
    for (const Case& c : cases) {
        const std::string message = message_of([&] { return PublicKey::from_spki(c.spki); });
        CHECK(message.substr(0, c.reason.size()) == c.reason);
    }
}
