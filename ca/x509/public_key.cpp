#include <openssl/core_names.h>

#include <array>

#include "ca/x509/handles.hpp"

namespace halfday {

// A SubjectPublicKeyInfo of a known curve is its algorithm's fixed bytes and then the point, so it is taken apart here:
// OpenSSL's general decoder tries every format that it knows, at the cost of two signatures.

using namespace std::string_view_literals;

namespace {

struct CurveForm {
    const char* group;
    std::string_view prefix;  // SEQUENCE, AlgorithmIdentifier, BIT STRING header, the 04 of an uncompressed point
    std::size_t size;
};

constexpr std::array kCurveForms = {
    CurveForm{"prime256v1",
              "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
              "\x03\x42\x00\x04"sv,
              91},
    CurveForm{"secp384r1",
              "\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00\x04"sv,
              120},
    CurveForm{"secp521r1",
              "\x30\x81\x9b\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23\x03\x81\x86\x00"
              "\x04"sv,
              158},
};
constexpr auto kEd25519Prefix = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"sv;
constexpr std::size_t kEd25519Size = 44;

x509::EvpPkeyPtr parameters_of(const char* group) {
    const x509::EvpPkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    std::string name(group);
    std::array parameters = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name.data(), 0),
                             OSSL_PARAM_construct_end()};
    EVP_PKEY* key = nullptr;
    x509::require(context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEY_PARAMETERS, parameters.data()) == 1,
                  "cannot make the parameters of a curve");
    return x509::EvpPkeyPtr(key);
}

/// Made once for each curve: making them costs more than checking a point.
const EVP_PKEY* shared_parameters(std::size_t form) {
    static const std::array<x509::EvpPkeyPtr, kCurveForms.size()> all = {
        parameters_of(kCurveForms[0].group), parameters_of(kCurveForms[1].group), parameters_of(kCurveForms[2].group)};
    return all[form].get();
}

x509::EvpPkeyPtr key_from_point(std::size_t form, std::string_view point) {
    auto key = x509::require(x509::EvpPkeyPtr(EVP_PKEY_new()), "out of memory");
    x509::require(EVP_PKEY_copy_parameters(key.get(), shared_parameters(form)) == 1, "cannot copy a curve");
    if (EVP_PKEY_set1_encoded_public_key(key.get(), x509::bytes_of(point), point.size()) != 1) {
        x509::throw_openssl(ErrorKind::corrupt, "a public key that is not on its curve");
    }
    return key;
}

x509::EvpPkeyPtr key_from_general(std::string_view spki) {
    auto key = x509::from_der<x509::EvpPkeyPtr, d2i_PUBKEY>(spki);
    if (key == nullptr) throw Error(ErrorKind::corrupt, "no public key that this OpenSSL can read");
    return key;
}

/// For what is none of the fixed forms: RSA, ML-DSA, or a reason to refuse it.
std::shared_ptr<const x509::KeyHandle> classify_general(std::string_view spki) {
    auto handle = x509::classify(key_from_general(spki));
    const bool is_rsa = handle->algorithm.starts_with("RSA-");
    const bool may_be_general = is_rsa || handle->algorithm.starts_with("ML-DSA-");
    if (!may_be_general || x509::to_der<i2d_PUBKEY>(*handle->key) != spki) {
        throw Error(ErrorKind::corrupt, "a public key of type " + handle->algorithm + " in an unusual encoding");
    }
    const x509::EvpPkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, handle->key.get(), nullptr));
    if (is_rsa && (context == nullptr || EVP_PKEY_public_check(context.get()) != 1)) {
        x509::throw_openssl(ErrorKind::corrupt, "an RSA key that is not sound");
    }
    return handle;
}

std::shared_ptr<const x509::KeyHandle> decode_ed25519(std::string_view spki) {
    const std::string_view raw = spki.substr(kEd25519Prefix.size());
    return x509::classify(x509::require(
        x509::EvpPkeyPtr(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, x509::bytes_of(raw), raw.size())),
        "Ed25519"));
}

/// Null for an Ed25519 key.
std::shared_ptr<const x509::KeyHandle> read_spki(std::string_view der) {
    for (std::size_t form = 0; form < kCurveForms.size(); ++form) {
        const CurveForm& curve = kCurveForms[form];
        if (der.size() == curve.size && der.starts_with(curve.prefix)) {
            return x509::classify(key_from_point(form, der.substr(curve.prefix.size() - 1)));
        }
    }
    if (der.size() == kEd25519Size && der.starts_with(kEd25519Prefix)) {
        return nullptr;  // decoded when it verifies: any 32 bytes are a key, and an inventory has thousands
    }
    return classify_general(der);
}

}  // namespace

PublicKey PublicKey::from_spki(std::string_view der) { return {std::string(der), read_spki(der)}; }

std::string PublicKey::algorithm() const { return handle_ ? handle_->algorithm : "Ed25519"; }

std::string PublicKey::signature_algorithm() const {
    return std::string((handle_ ? handle_ : decode_ed25519(spki_))->signature_algorithm);
}

bool PublicKey::verifies(std::string_view message, std::string_view signature) const {
    const auto handle = handle_ ? handle_ : decode_ed25519(spki_);
    const auto context = x509::require(x509::EvpMdCtxPtr(EVP_MD_CTX_new()), "out of memory");
    x509::require(EVP_DigestVerifyInit_ex(context.get(), nullptr, handle->digest, nullptr, nullptr, handle->key.get(),
                                          nullptr) == 1,
                  "cannot verify a signature");
    const bool valid = EVP_DigestVerify(context.get(), x509::bytes_of(signature), signature.size(),
                                        x509::bytes_of(message), message.size()) == 1;
    if (!valid) static_cast<void>(x509::drain_openssl_errors());
    return valid;
}

}  // namespace halfday
