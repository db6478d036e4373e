#include <openssl/crypto.h>
#include <openssl/rsa.h>

#include <charconv>
#include <mutex>

#include "ca/base/escape.hpp"
#include "ca/x509/handles.hpp"

namespace halfday {

namespace {

EVP_PKEY* generate_rsa(std::string_view bits_text) {
    unsigned bits = 0;
    std::from_chars(bits_text.data(), bits_text.data() + bits_text.size(), bits);
    return EVP_RSA_gen(bits);
}

EVP_PKEY* generate_key(const std::string& name) {
    constexpr std::string_view kRsa = "RSA-";
    if (name.starts_with(kRsa)) return generate_rsa(std::string_view(name).substr(kRsa.size()));
    if (name.starts_with("P-")) return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", name.c_str());
    return EVP_PKEY_Q_keygen(nullptr, nullptr, name.c_str());  // OpenSSL's names don't care for case
}

std::string sign_with(const x509::KeyHandle& handle, OSSL_LIB_CTX* library, const char* properties,
                      std::string_view message) {
    constexpr const char* kWhat = "cannot sign";
    const auto context = x509::require(x509::EvpMdCtxPtr(EVP_MD_CTX_new()), "out of memory");
    x509::require(EVP_DigestSignInit_ex(context.get(), nullptr, handle.digest, library, properties, handle.key.get(),
                                        nullptr) == 1,
                  kWhat);
    const int most = EVP_PKEY_get_size(handle.key.get());
    x509::require(most > 0, kWhat);
    std::string signature(static_cast<std::size_t>(most), '\0');
    std::size_t length = signature.size();
    x509::require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                                 x509::bytes_of(message), message.size()) == 1,
                  kWhat);
    signature.resize(length);
    return signature;
}

}  // namespace

PrivateKey::PrivateKey(std::shared_ptr<const x509::KeyHandle> handle)
    : handle_(std::move(handle)),
      public_key_(std::make_unique<PublicKey>(PublicKey::from_spki(x509::to_der<i2d_PUBKEY>(*handle_->key)))) {}

PrivateKey PrivateKey::generate(const KeyAlgorithm& algorithm) {
    x509::EvpPkeyPtr key(generate_key(algorithm.name()));
    if (key == nullptr) x509::throw_openssl(ErrorKind::io, "cannot generate a key of type " + algorithm.name());
    return PrivateKey(x509::classify(std::move(key)));
}

std::string PrivateKey::sign(std::string_view message) const {
    const x509::TokenHold* token = handle_->token.get();
    if (token == nullptr) return sign_with(*handle_, nullptr, nullptr, message);
    const std::lock_guard lock(token->one_at_a_time);
    try {
        return sign_with(*handle_, token->library, token->properties, message);
    } catch (const Error& error) {
        // A run that signs for many makes a refusal of it, which has no hint.
        throw Error(error.kind(),
                    "the key '" + printable(token->where) + "': " + error.what() + "; " + token->sign_advice);
    }
}

std::string PrivateKey::signature_algorithm() const { return std::string(handle_->signature_algorithm); }

void lock_key_memory() {
    constexpr std::size_t kBytes = 64 * 1024;
    constexpr std::size_t kLeastPiece = 16;
    // 2: not locked, which RLIMIT_MEMLOCK may forbid; a second call finds it there.
    if (CRYPTO_secure_malloc_initialized() == 0 && CRYPTO_secure_malloc_init(kBytes, kLeastPiece) == 0) {
        x509::throw_openssl(ErrorKind::io, "cannot set memory for keys aside");
    }
}

}  // namespace halfday
