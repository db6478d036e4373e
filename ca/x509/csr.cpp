#include "ca/x509/csr.hpp"

#include <algorithm>

#include "ca/x509/name.hpp"
#include "ca/x509/pem.hpp"
#include "ca/x509/syntax.hpp"
#include "ca/x509/tbs.hpp"

namespace halfday {

namespace {

constexpr const char* kRequestLabel = "CERTIFICATE REQUEST";
constexpr const char* kMalformedRequest = "malformed certification request";
constexpr const char* kNoBlock = "not one PEM block '-----BEGIN CERTIFICATE REQUEST-----'";

[[noreturn]] void refuse_request(const std::string& what) {
    throw Error(ErrorKind::corrupt, "certification request: " + what);
}

/// The DER of each block, all of which are requests.
std::vector<std::string> der_of_blocks(std::string_view pem) {
    x509::PemText text = x509::read_pem(pem);
    if (text.has_other_text) refuse_request("other text beside the PEM block");
    std::vector<std::string> blocks;
    for (x509::PemBlock& block : text.blocks) {
        if (block.label != kRequestLabel) refuse_request(kNoBlock);
        blocks.push_back(std::move(block.der));
    }
    return blocks;
}

void require_size(std::string_view pem, std::size_t most) {
    if (pem.size() > most) refuse_request("larger than " + std::to_string(most) + " bytes");
}

PublicKey key_of(const x509::RequestSyntax& request) {
    try {
        return PublicKey::from_spki(x509::view_of(request.spki));
    } catch (const Error& error) {
        refuse_request(error.what());
    }
}

}  // namespace

Csr Csr::parse_pem(std::string_view pem) {
    require_size(pem, kMostBytes);
    const auto blocks = der_of_blocks(pem);
    if (blocks.size() != 1) refuse_request(kNoBlock);
    return parse_der(blocks.front());
}

std::vector<Csr> Csr::parse_together(std::string_view pem) {
    require_size(pem, kMostTogether * kMostBytes);
    std::vector<Csr> together;
    for (const std::string& block : der_of_blocks(pem)) {
        Csr csr = parse_der(block);
        const auto is_same = [&](const Csr& other) { return other.public_key() == csr.public_key(); };
        if (std::any_of(together.begin(), together.end(), is_same)) refuse_request("the same key twice");
        together.push_back(std::move(csr));
    }
    if (together.empty()) refuse_request(kNoBlock);
    if (together.size() > kMostTogether) refuse_request("more than " + std::to_string(kMostTogether) + " in one file");
    return together;
}

Csr Csr::parse_der(std::string_view der) {
    const auto outer = x509::decode<x509::SignedSyntax>(der, kMalformedRequest);
    const auto request = x509::decode<x509::RequestSyntax>(x509::view_of(outer->content), kMalformedRequest);
    if (ASN1_INTEGER_get(request->version) != 0) refuse_request("not of version 1");
    PublicKey key = key_of(*request);
    if (x509::view_of(outer->algorithm) != key.signature_algorithm()) {
        refuse_request("not signed by the algorithm that goes with its " + key.algorithm() + " key");
    }
    if (!key.verifies(x509::view_of(outer->content), x509::whole_bytes(outer->signature, kMalformedRequest))) {
        refuse_request("its signature is not by its own key");
    }
    std::string common_name = x509::common_name_of(x509::view_of(request->subject));
    return {std::move(key), std::move(common_name)};
}

Fingerprint fingerprint_of(const std::vector<PublicKey>& keys) {
    std::string joined;
    for (const PublicKey& key : keys) joined += key.spki();
    return Fingerprint::of_spki(joined);
}

Fingerprint fingerprint_of(const std::vector<Csr>& together) {
    std::vector<PublicKey> keys;
    for (const Csr& csr : together) keys.push_back(csr.public_key());
    return fingerprint_of(keys);
}

std::string make_csr(const PrivateKey& key, std::string_view common_name) {
    const auto request = x509::new_syntax<x509::RequestSyntax>();
    x509::require(ASN1_INTEGER_set(request->version, 0) == 1, "out of memory");
    x509::set(request->subject, encode_name(common_name));
    x509::set(request->spki, key.public_key().spki());
    if (request->attributes == nullptr) request->attributes = sk_X509_ATTRIBUTE_new_null();  // [0] with nothing in it
    x509::require(request->attributes != nullptr, "out of memory");
    const std::string content = x509::encode(*request);
    return x509::write_pem(kRequestLabel, x509::encode_signed(content, key.signature_algorithm(), key.sign(content)));
}

}  // namespace halfday
