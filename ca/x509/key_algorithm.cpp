#include <openssl/crypto.h>

#include <algorithm>
#include <array>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/x509/handles.hpp"

namespace halfday {

using namespace std::string_view_literals;

namespace {

constexpr int kLeastRsaBits = 3072;  // 128 bits of security, as P-256 has
constexpr int kMostRsaBits = 8192;   // larger ones cost seconds to verify

constexpr std::array kOffered = {"P-256"sv,    "P-384"sv,     "Ed25519"sv,   "RSA-3072"sv,
                                 "RSA-4096"sv, "ML-DSA-44"sv, "ML-DSA-65"sv, "ML-DSA-87"sv};

struct Curve {
    std::string_view group;  // as OpenSSL says it
    const char* name;
    const char* digest;
    std::string_view signature_algorithm;
};

// ecdsa-with-SHA256, -SHA384, -SHA512 (RFC 5758 3.2), Ed25519 (RFC 8410 3), sha256WithRSAEncryption (RFC 4055 5)
constexpr std::array kCurves = {
    Curve{"prime256v1", "P-256", "SHA2-256", "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"sv},
    Curve{"secp384r1", "P-384", "SHA2-384", "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03"sv},
    Curve{"secp521r1", "P-521", "SHA2-512", "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x04"sv},
};
/// An algorithm whose signature is over the message itself and has the key's own identifier, without parameters.
struct Pure {
    const char* type;  // as OpenSSL says it
    const char* name;
    std::string_view signature_algorithm;
};

// RFC 8410 3; FIPS 204 with the identifiers of RFC 9881 2, which OpenSSL has from 3.5 on
constexpr std::array kPure = {
    Pure{"ED25519", "Ed25519", "\x30\x05\x06\x03\x2b\x65\x70"sv},
    Pure{"ML-DSA-44", "ML-DSA-44", "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x11"sv},
    Pure{"ML-DSA-65", "ML-DSA-65", "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x12"sv},
    Pure{"ML-DSA-87", "ML-DSA-87", "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x03\x13"sv},
};
constexpr auto kRsaSha256Signature = "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00"sv;

bool is_known_to_openssl(std::string_view name) {
    const char* type = name.starts_with("P-") ? "EC" : "RSA";
    for (const Pure& pure : kPure) {
        if (name == pure.name) type = pure.type;
    }
    const x509::EvpPkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    static_cast<void>(x509::drain_openssl_errors());
    return context != nullptr;
}

std::string known_names() {
    std::string names;
    for (const std::string_view name : kOffered) {
        if (is_known_to_openssl(name)) names.append(names.empty() ? "" : ", ").append(name);
    }
    return names;
}

/// What classify finds out of a key.
struct Class {
    std::string algorithm;
    const char* digest;
    std::string_view signature_algorithm;
};

Class class_of_curve(const EVP_PKEY* key) {
    std::array<char, 64> group{};
    std::size_t length = 0;
    if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) != 1) {
        x509::throw_openssl(ErrorKind::corrupt, "an elliptic curve without a name");
    }
    for (const Curve& curve : kCurves) {
        if (curve.group == std::string_view(group.data(), length)) {
            return {curve.name, curve.digest, curve.signature_algorithm};
        }
    }
    throw Error(ErrorKind::corrupt,
                "curve '" + std::string(group.data(), length) + "' is none of P-256, P-384 and P-521");
}

Class class_of_rsa(const EVP_PKEY* key) {
    const int bits = EVP_PKEY_get_bits(key);
    if (bits < kLeastRsaBits || bits > kMostRsaBits) {
        throw Error(ErrorKind::corrupt, "an RSA key of " + std::to_string(bits) + " bits, not " +
                                            std::to_string(kLeastRsaBits) + " to " + std::to_string(kMostRsaBits));
    }
    return {"RSA-" + std::to_string(bits), "SHA2-256", kRsaSha256Signature};
}

Class class_of(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "EC") == 1) return class_of_curve(key);
    if (EVP_PKEY_is_a(key, "RSA") == 1) return class_of_rsa(key);
    for (const Pure& pure : kPure) {
        if (EVP_PKEY_is_a(key, pure.type) == 1) return {pure.name, nullptr, pure.signature_algorithm};
    }
    const char* type = EVP_PKEY_get0_type_name(key);
    throw Error(ErrorKind::corrupt, "a key of type '" + printable(type != nullptr ? type : "unknown") +
                                        "', which is none of EC, Ed25519, RSA and ML-DSA");
}

}  // namespace

KeyAlgorithm KeyAlgorithm::parse(std::string_view name) {
    if (std::find(kOffered.begin(), kOffered.end(), name) == kOffered.end()) {
        throw Error(ErrorKind::usage, "unknown key algorithm '" + printable(name) + "'", "use one of " + known_names());
    }
    if (!is_known_to_openssl(name)) {
        throw Error(ErrorKind::usage,
                    std::string("this OpenSSL (") + OpenSSL_version(OPENSSL_VERSION_STRING) + ") has no '" +
                        std::string(name) + "'",
                    "use one of " + known_names() + ", or a system with a newer OpenSSL");
    }
    return KeyAlgorithm(std::string(name));
}

std::shared_ptr<const x509::KeyHandle> x509::classify(EvpPkeyPtr key, std::unique_ptr<const TokenHold> token) {
    Class found = class_of(key.get());
    return std::make_shared<KeyHandle>(KeyHandle{std::move(token), std::move(key), std::move(found.algorithm),
                                                 found.digest, found.signature_algorithm});
}

}  // namespace halfday
