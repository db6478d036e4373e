#include "ca/x509/digest.hpp"

#include <openssl/rand.h>

#include "ca/base/escape.hpp"
#include "ca/x509/openssl.hpp"

namespace halfday {

namespace {

/// Fetched once: a fetch for each digest costs more than the digest of a short message.
const EVP_MD* fetched_sha256() {
    static const x509::Ptr<EVP_MD, EVP_MD_free> algorithm(EVP_MD_fetch(nullptr, "SHA2-256", nullptr));
    x509::require(algorithm != nullptr, "OpenSSL has no SHA-256");
    return algorithm.get();
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
    Sha256 digest{};
    x509::require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, fetched_sha256(), nullptr) == 1,
                  "SHA-256");
    return digest;
}

std::string sha256_hex(std::string_view bytes) {
    const Sha256 digest = sha256(bytes);
    return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

struct Sha256Stream::Context {
    x509::EvpMdCtxPtr running{EVP_MD_CTX_new()};
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
    x509::require(EVP_DigestInit_ex(context_->running.get(), fetched_sha256(), nullptr) == 1, "SHA-256");
}
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;
Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::put(std::string_view bytes) {
    x509::require(EVP_DigestUpdate(context_->running.get(), bytes.data(), bytes.size()) == 1, "SHA-256");
}

std::string Sha256Stream::finish_hex() {
    Sha256 digest{};
    x509::require(EVP_DigestFinal_ex(context_->running.get(), digest.data(), nullptr) == 1, "SHA-256");
    return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    const int length = x509::length_of(bytes);
    x509::require(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), length) == 1, "cannot get random bytes");
    return bytes;
}

}  // namespace halfday
