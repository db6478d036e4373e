#pragma once

// The ASN.1 of certificates, requests and CRLs as OpenSSL's template parser reads and writes it, with Names, keys,
// algorithms and what is signed left as the bytes that they are. X509_parse functions decode a key when they see it,
// which costs more than a signature; and what is signed must be checked as the bytes that came.

#include <openssl/asn1t.h>

#include "ca/x509/openssl.hpp"

namespace halfday::x509 {

/// Certificate (RFC 5280 4.1), CertificateList (5.1) and CertificationRequest (RFC 2986 4.2) alike.
struct SignedSyntax {
    ASN1_STRING* content;    // DER of a SEQUENCE
    ASN1_STRING* algorithm;  // DER of a SEQUENCE
    ASN1_BIT_STRING* signature;
};

struct ValiditySyntax {
    ASN1_TIME* not_before;
    ASN1_TIME* not_after;
};

/// TBSCertificate (RFC 5280 4.1), version 3 without unique identifiers.
struct TbsCertificateSyntax {
    ASN1_INTEGER* version;
    ASN1_INTEGER* serial;
    ASN1_STRING* signature_algorithm;
    ASN1_STRING* issuer;
    ValiditySyntax* validity;
    ASN1_STRING* subject;
    ASN1_STRING* spki;
    STACK_OF(X509_EXTENSION) * extensions;
};

/// CertificationRequestInfo (RFC 2986 4.1).
struct RequestSyntax {
    ASN1_INTEGER* version;
    ASN1_STRING* subject;
    ASN1_STRING* spki;
    STACK_OF(X509_ATTRIBUTE) * attributes;
};

/// TBSCertList (RFC 5280 5.1).
struct TbsCrlSyntax {
    ASN1_INTEGER* version;  // null for version 1
    ASN1_STRING* signature_algorithm;
    ASN1_STRING* issuer;
    ASN1_TIME* this_update;
    ASN1_TIME* next_update;            // null where there is none
    STACK_OF(X509_REVOKED) * revoked;  // null where there is none
    STACK_OF(X509_EXTENSION) * extensions;
};

/// SubjectPublicKeyInfo (RFC 5280 4.1).
struct SpkiSyntax {
    ASN1_STRING* algorithm;
    ASN1_BIT_STRING* key;
};

template <class Syntax>
const ASN1_ITEM* item_of();
template <>
const ASN1_ITEM* item_of<SignedSyntax>();
template <>
const ASN1_ITEM* item_of<TbsCertificateSyntax>();
template <>
const ASN1_ITEM* item_of<RequestSyntax>();
template <>
const ASN1_ITEM* item_of<TbsCrlSyntax>();
template <>
const ASN1_ITEM* item_of<SpkiSyntax>();

template <class Syntax>
struct SyntaxDeleter {
    void operator()(Syntax* object) const noexcept {
        ASN1_item_free(reinterpret_cast<ASN1_VALUE*>(object), item_of<Syntax>());
    }
};

template <class Syntax>
using SyntaxPtr = std::unique_ptr<Syntax, SyntaxDeleter<Syntax>>;

template <class Syntax>
[[nodiscard]] SyntaxPtr<Syntax> new_syntax() {
    return require(SyntaxPtr<Syntax>(reinterpret_cast<Syntax*>(ASN1_item_new(item_of<Syntax>()))), kNoMemory);
}

/// Throws Error{corrupt} "WHAT: …" when malformed or followed by other bytes.
template <class Syntax>
[[nodiscard]] SyntaxPtr<Syntax> decode(std::string_view der, const char* what) {
    const unsigned char* next = bytes_of(der);
    SyntaxPtr<Syntax> object(
        reinterpret_cast<Syntax*>(ASN1_item_d2i(nullptr, &next, length_of(der), item_of<Syntax>())));
    if (object == nullptr) throw_openssl(ErrorKind::corrupt, what);
    if (next != bytes_of(der) + der.size()) throw Error(ErrorKind::corrupt, std::string(what) + ": trailing bytes");
    return object;
}

template <class Syntax>
[[nodiscard]] std::string encode(const Syntax& object) {
    return encode_item(reinterpret_cast<const ASN1_VALUE*>(&object), item_of<Syntax>());
}

/// Throws Error{io}.
void set(ASN1_STRING* field, std::string_view bytes);
/// DER of SignedSyntax; `content_der` stays as it is.
[[nodiscard]] std::string encode_signed(std::string_view content_der, std::string_view algorithm_der,
                                        std::string_view signature);
/// The bytes of a BIT STRING. Throws Error{corrupt} "WHAT: …" when they aren't whole ones.
[[nodiscard]] std::string_view whole_bytes(const ASN1_BIT_STRING* string, const char* what);

}  // namespace halfday::x509
