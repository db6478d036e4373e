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

constexpr std::array kOffered = {"P-256"sv, "P-384"sv, "Ed25519"sv, "RSA-3072"sv, "RSA-4096"sv};

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
constexpr auto kEd25519Signature = "\x30\x05\x06\x03\x2b\x65\x70"sv;
constexpr auto kRsaSha256Signature = "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00"sv;

const char* openssl_type(std::string_view name) {
    if (name.starts_with("P-")) return "EC";
    return name == "Ed25519" ? "ED25519" : "RSA";
}

std::shared_ptr<const x509::KeyHandle> classify_curve(x509::EvpPkeyPtr key) {
    std::array<char, 64> group{};
    std::size_t length = 0;
    if (EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), &length) != 1) {
        x509::throw_openssl(ErrorKind::corrupt, "an elliptic curve without a name");
    }
    for (const Curve& curve : kCurves) {
        if (curve.group == std::string_view(group.data(), length)) {
            return std::make_shared<x509::KeyHandle>(
                x509::KeyHandle{std::move(key), curve.name, curve.digest, curve.signature_algorithm});
        }
    }
    throw Error(ErrorKind::corrupt,
                "curve '" + std::string(group.data(), length) + "' is none of P-256, P-384 and P-521");
}

std::shared_ptr<const x509::KeyHandle> classify_rsa(x509::EvpPkeyPtr key) {
    const int bits = EVP_PKEY_get_bits(key.get());
    if (bits < kLeastRsaBits || bits > kMostRsaBits) {
        throw Error(ErrorKind::corrupt, "an RSA key of " + std::to_string(bits) + " bits, not " +
                                            std::to_string(kLeastRsaBits) + " to " + std::to_string(kMostRsaBits));
    }
    return std::make_shared<x509::KeyHandle>(
        x509::KeyHandle{std::move(key), "RSA-" + std::to_string(bits), "SHA2-256", kRsaSha256Signature});
}

}  // namespace

KeyAlgorithm KeyAlgorithm::parse(std::string_view name) {
    if (std::find(kOffered.begin(), kOffered.end(), name) == kOffered.end()) {
        std::string names;
        for (const std::string_view offered : kOffered) names.append(names.empty() ? "" : ", ").append(offered);
        throw Error(ErrorKind::usage, "unknown key algorithm '" + printable(name) + "'", "use one of " + names);
    }
    const x509::EvpPkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, openssl_type(name), nullptr));
    if (context == nullptr) {
        x509::throw_openssl(ErrorKind::usage, "this OpenSSL has no '" + std::string(name) + "'");
    }
    return KeyAlgorithm(std::string(name));
}

std::shared_ptr<const x509::KeyHandle> x509::classify(EvpPkeyPtr key) {
    if (EVP_PKEY_is_a(key.get(), "EC") == 1) return classify_curve(std::move(key));
    if (EVP_PKEY_is_a(key.get(), "RSA") == 1) return classify_rsa(std::move(key));
    if (EVP_PKEY_is_a(key.get(), "ED25519") == 1) {
        return std::make_shared<KeyHandle>(KeyHandle{std::move(key), "Ed25519", nullptr, kEd25519Signature});
    }
    const char* type = EVP_PKEY_get0_type_name(key.get());
    throw Error(ErrorKind::corrupt, "a key of type '" + printable(type != nullptr ? type : "unknown") +
                                        "', which is none of EC, Ed25519 and RSA");
}

}  // namespace halfday
