#include "ca/x509/csr.hpp"

#include "ca/x509/name.hpp"
#include "ca/x509/pem.hpp"
#include "ca/x509/syntax.hpp"
#include "ca/x509/tbs.hpp"

namespace halfday {

namespace {

constexpr const char* kLabel = "CERTIFICATE REQUEST";
constexpr const char* kWhat = "malformed certification request";

[[noreturn]] void fail(const std::string& what) { throw Error(ErrorKind::corrupt, "certification request: " + what); }

std::string der_of_only_block(std::string_view pem) {
    if (pem.size() > Csr::kMostBytes) fail("larger than " + std::to_string(Csr::kMostBytes) + " bytes");
    x509::PemText text = x509::read_pem(pem);
    if (text.has_other_text) fail("other text beside the PEM block");
    if (text.blocks.size() != 1 || text.blocks.front().label != kLabel) {
        fail("not one PEM block '-----BEGIN CERTIFICATE REQUEST-----'");
    }
    return std::move(text.blocks.front().der);
}

PublicKey key_of(const x509::RequestSyntax& request) {
    try {
        return PublicKey::from_spki(x509::view_of(request.spki));
    } catch (const Error& error) {
        fail(error.what());
    }
}

}  // namespace

Csr Csr::parse_pem(std::string_view pem) {
    const auto outer = x509::decode<x509::SignedSyntax>(der_of_only_block(pem), kWhat);
    const auto request = x509::decode<x509::RequestSyntax>(x509::view_of(outer->content), kWhat);
    if (ASN1_INTEGER_get(request->version) != 0) fail("not of version 1");
    PublicKey key = key_of(*request);
    if (x509::view_of(outer->algorithm) != key.signature_algorithm()) {
        fail("not signed by the algorithm that goes with its " + key.algorithm() + " key");
    }
    if (!key.verifies(x509::view_of(outer->content), x509::whole_bytes(outer->signature, kWhat))) {
        fail("its signature is not by its own key");
    }
    std::string common_name = x509::common_name_of(x509::view_of(request->subject));
    return {std::move(key), std::move(common_name)};
}

std::string make_csr(const PrivateKey& key, std::string_view common_name) {
    const auto request = x509::new_syntax<x509::RequestSyntax>();
    x509::require(ASN1_INTEGER_set(request->version, 0) == 1, "out of memory");
    x509::set(request->subject, encode_name(common_name));
    x509::set(request->spki, key.public_key().spki());
    if (request->attributes == nullptr) request->attributes = sk_X509_ATTRIBUTE_new_null();  // [0] with nothing in it
    x509::require(request->attributes != nullptr, "out of memory");
    const std::string content = x509::encode(*request);
    return x509::write_pem(kLabel, x509::encode_signed(content, key.signature_algorithm(), key.sign(content)));
}

}  // namespace halfday
