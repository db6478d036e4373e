#include "tests/bench/openssl_loops.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace halfday {
namespace {

constexpr std::size_t kRequestBytes = 900;
constexpr std::size_t kTbsBytes = 400;

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using ContextPtr = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

std::string bare_sign(EVP_PKEY* key, const EVP_MD* digest, const std::string& message) {
    const ContextPtr context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::string signature(256, '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(signature.data());
    std::size_t size = signature.size();
    if (EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), bytes, &size, reinterpret_cast<const unsigned char*>(message.data()),
                       message.size()) != 1) {
        throw std::runtime_error("OpenSSL can't sign");
    }
    signature.resize(size);
    return signature;
}

void bare_verify(EVP_PKEY* key, const EVP_MD* digest, const std::string& message, const std::string& signature) {
    const ContextPtr context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    if (EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) != 1 ||
        EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                         reinterpret_cast<const unsigned char*>(message.data()), message.size()) != 1) {
        throw std::runtime_error("OpenSSL can't verify");
    }
}

using RequestPtr = std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)>;
using CertificatePtr = std::unique_ptr<X509, decltype(&X509_free)>;
using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;

void require(bool done) {
    if (!done) {
        throw std::runtime_error("an OpenSSL call failed");
    }
}

std::string request_der() {
    const KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free);
    const RequestPtr request(X509_REQ_new(), X509_REQ_free);
    require(X509_REQ_set_pubkey(request.get(), key.get()) == 1 &&
            X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0);
    std::string der(static_cast<std::size_t>(i2d_X509_REQ(request.get(), nullptr)), '\0');
    auto* to = reinterpret_cast<unsigned char*>(der.data());
    i2d_X509_REQ(request.get(), &to);
    return der;
}

void add_extension(X509* certificate, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
    require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

std::string pem_of(X509* certificate) {
    const BioPtr bio(BIO_new(BIO_s_mem()), BIO_free);
    require(PEM_write_bio_X509(bio.get(), certificate) == 1);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string issue_plainly(const std::string& der, EVP_PKEY* issuer_key, long serial) {
    const auto* from = reinterpret_cast<const unsigned char*>(der.data());
    const RequestPtr request(d2i_X509_REQ(nullptr, &from, static_cast<long>(der.size())), X509_REQ_free);
    EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
    require(X509_REQ_verify(request.get(), key) == 1);
    const CertificatePtr certificate(X509_new(), X509_free);
    require(X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
            ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial) == 1 &&
            X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0) != nullptr &&
            X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 43199) != nullptr &&
            X509_set_pubkey(certificate.get(), key) == 1);
    add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(certificate.get(), NID_ext_key_usage, "serverAuth");
    add_extension(certificate.get(), NID_subject_alt_name, "critical,DNS:web1.example.org,DNS:www.example.org");
    require(X509_sign(certificate.get(), issuer_key, EVP_sha256()) > 0);
    return pem_of(certificate.get());
}

}  // namespace

/// What no issuer can do without: is the message the host's, is the CSR its key's, and the certificate's signature.
void bare_loop(int count) {
    const KeyPtr identity(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
    const KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free);
    const std::string request(kRequestBytes, 'r');
    const std::string tbs(kTbsBytes, 't');
    const std::string of_request = bare_sign(identity.get(), nullptr, request);
    const std::string of_csr = bare_sign(key.get(), EVP_sha256(), tbs);
    for (int at = 0; at < count; ++at) {
        bare_verify(identity.get(), nullptr, request, of_request);
        bare_verify(key.get(), EVP_sha256(), tbs, of_csr);
        static_cast<void>(bare_sign(key.get(), EVP_sha256(), tbs));
    }
}

void straightforward_loop(int count) {
    const std::string request = request_der();
    const KeyPtr issuer_key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free);
    for (int at = 0; at < count; ++at) {
        static_cast<void>(issue_plainly(request, issuer_key.get(), at + 1));
    }
}

double on_all_cores(void (*loop)(int), int count) {
    const int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    const auto start = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> running;
        for (int at = 0; at < threads; ++at) {
            running.emplace_back(loop, count);
        }
    }
    return count * threads / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace halfday
