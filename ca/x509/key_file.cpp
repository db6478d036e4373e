#include <fmt/core.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <sys/stat.h>

#include <cstdint>

#include "ca/base/escape.hpp"
#include "ca/x509/digest.hpp"
#include "ca/x509/handles.hpp"
#include "ca/x509/key_prompt.hpp"

namespace halfday {

// A private key as PEM: read through OSSL_STORE, which knows all its forms, and written as PKCS#8.

namespace {

constexpr std::uint64_t kScryptN = 1U << 14U;  // 16 MiB; OpenSSL 3.0 loads nothing that needs more than 32
constexpr std::uint64_t kScryptR = 8;
constexpr std::uint64_t kScryptP = 5;
constexpr std::size_t kSaltBytes = 16;

void require_regular_file(const KeyUri& uri) {
    struct stat status {};
    if (::stat(uri.file()->c_str(), &status) != 0) throw_errno("cannot open the key '" + printable(uri.text()) + "'");
    if (!S_ISREG(status.st_mode)) {
        throw Error(ErrorKind::corrupt, "the key '" + printable(uri.text()) + "' is no regular file");
    }
}

[[noreturn]] void throw_no_key(const KeyUri& uri, const x509::KeyPrompt& prompt, bool has_source) {
    const std::string name = "'" + printable(uri.text()) + "'";
    const std::string reasons = x509::drain_openssl_errors();
    prompt.rethrow_failure();
    if (prompt.was_asked() && !has_source) {
        throw Error(ErrorKind::usage, fmt::format("the key {} {}", name, kNoPassphrase),
                    "name a file with it: --passphrase-file FILE");
    }
    if (prompt.was_asked()) {
        throw Error(ErrorKind::usage, "wrong passphrase for " + name,
                    "try again; where the passphrase is certainly right the file is damaged: restore it");
    }
    throw Error(ErrorKind::corrupt, "no private key in " + name + (reasons.empty() ? "" : ": " + reasons),
                "a private key is PEM that begins with '-----BEGIN PRIVATE KEY-----' or '-----BEGIN ENCRYPTED …'");
}

x509::EvpPkeyPtr open_key(const KeyUri& uri, const PassphraseSource& passphrase) {
    require_regular_file(uri);
    x509::KeyPrompt prompt(passphrase);
    const x509::StoreCtxPtr store(
        OSSL_STORE_open_ex(uri.text().c_str(), nullptr, nullptr, prompt.method(), &prompt, nullptr, nullptr, nullptr));
    if (store == nullptr) x509::throw_openssl(ErrorKind::io, "cannot open the key '" + printable(uri.text()) + "'");
    x509::require(OSSL_STORE_expect(store.get(), OSSL_STORE_INFO_PKEY) == 1, "OSSL_STORE_expect");
    auto key = x509::first_key(store.get());
    if (key == nullptr) throw_no_key(uri, prompt, passphrase != nullptr);
    static_cast<void>(x509::drain_openssl_errors());  // of the formats that it is not
    return key;
}

x509::EncryptedPkcs8Ptr encrypt(EVP_PKEY* key, std::string_view passphrase) {
    const x509::Pkcs8Ptr plain(EVP_PKEY2PKCS8(key));
    x509::require(plain != nullptr, "cannot encode a private key");
    std::string salt = random_bytes(kSaltBytes);
    x509::AlgorithmPtr scheme(PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), x509::bytes_of(salt), x509::length_of(salt),
                                                    nullptr, kScryptN, kScryptR, kScryptP));
    x509::require(scheme != nullptr, "scrypt");
    x509::EncryptedPkcs8Ptr sealed(
        PKCS8_set0_pbe(passphrase.data(), x509::length_of(passphrase), plain.get(), scheme.get()));
    x509::require(sealed != nullptr, "cannot encrypt a private key");
    static_cast<void>(scheme.release());  // owned by `sealed`
    return sealed;
}

/// OpenSSL clears a memory BIO's bytes when it grows and when it is freed.
x509::BioPtr memory() { return x509::require(x509::BioPtr(BIO_new(BIO_s_mem())), "out of memory"); }

std::string_view content_of(const x509::BioPtr& bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

EVP_PKEY* key_in_memory(const x509::KeyHandle& handle) {
    if (handle.token != nullptr) {
        throw Error(ErrorKind::io,
                    "the key '" + printable(handle.token->where) + "' is in a token, which it can't leave");
    }
    return handle.key.get();
}

}  // namespace

PrivateKey PrivateKey::load(const Path& file, const PassphraseSource& passphrase) {
    const KeyUri uri = KeyUri::of_file(file);
    auto key = open_key(uri, passphrase);
    try {
        return PrivateKey(x509::classify(std::move(key)));
    } catch (const Error& error) {
        throw Error(error.kind(), "cannot use the key '" + printable(uri.text()) + "': " + error.what(), error.hint());
    }
}

Secret PrivateKey::to_pem() const {
    const auto bio = memory();
    x509::require(
        PEM_write_bio_PKCS8PrivateKey(bio.get(), key_in_memory(*handle_), nullptr, nullptr, 0, nullptr, nullptr) == 1,
        "cannot write a private key");
    return Secret::copy_of(content_of(bio));
}

std::string PrivateKey::to_encrypted_pem(const Secret& passphrase) const {
    const auto sealed = encrypt(key_in_memory(*handle_), passphrase.reveal());
    const auto bio = memory();
    x509::require(PEM_write_bio_PKCS8(bio.get(), sealed.get()) == 1, "cannot write a private key");
    return std::string(content_of(bio));
}

}  // namespace halfday
