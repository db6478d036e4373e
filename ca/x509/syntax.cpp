#include "ca/x509/syntax.hpp"

namespace halfday::x509 {

namespace {

constexpr long kUnusedBits = 7;  // the part of ASN1_STRING::flags that counts a BIT STRING's unused bits

// clang-format off
ASN1_SEQUENCE(SignedSyntax) = {
    ASN1_SIMPLE(SignedSyntax, content, ASN1_SEQUENCE),
    ASN1_SIMPLE(SignedSyntax, algorithm, ASN1_SEQUENCE),
    ASN1_SIMPLE(SignedSyntax, signature, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(SignedSyntax)

ASN1_SEQUENCE(ValiditySyntax) = {
    ASN1_SIMPLE(ValiditySyntax, not_before, ASN1_TIME),
    ASN1_SIMPLE(ValiditySyntax, not_after, ASN1_TIME),
} static_ASN1_SEQUENCE_END(ValiditySyntax)

ASN1_SEQUENCE(TbsCertificateSyntax) = {
    ASN1_EXP(TbsCertificateSyntax, version, ASN1_INTEGER, 0),
    ASN1_SIMPLE(TbsCertificateSyntax, serial, ASN1_INTEGER),
    ASN1_SIMPLE(TbsCertificateSyntax, signature_algorithm, ASN1_SEQUENCE),
    ASN1_SIMPLE(TbsCertificateSyntax, issuer, ASN1_SEQUENCE),
    ASN1_SIMPLE(TbsCertificateSyntax, validity, ValiditySyntax),
    ASN1_SIMPLE(TbsCertificateSyntax, subject, ASN1_SEQUENCE),
    ASN1_SIMPLE(TbsCertificateSyntax, spki, ASN1_SEQUENCE),
    ASN1_EXP_SEQUENCE_OF_OPT(TbsCertificateSyntax, extensions, X509_EXTENSION, 3),
} static_ASN1_SEQUENCE_END(TbsCertificateSyntax)

ASN1_SEQUENCE(RequestSyntax) = {
    ASN1_SIMPLE(RequestSyntax, version, ASN1_INTEGER),
    ASN1_SIMPLE(RequestSyntax, subject, ASN1_SEQUENCE),
    ASN1_SIMPLE(RequestSyntax, spki, ASN1_SEQUENCE),
    ASN1_IMP_SET_OF_OPT(RequestSyntax, attributes, X509_ATTRIBUTE, 0),
} static_ASN1_SEQUENCE_END(RequestSyntax)

ASN1_SEQUENCE(TbsCrlSyntax) = {
    ASN1_OPT(TbsCrlSyntax, version, ASN1_INTEGER),
    ASN1_SIMPLE(TbsCrlSyntax, signature_algorithm, ASN1_SEQUENCE),
    ASN1_SIMPLE(TbsCrlSyntax, issuer, ASN1_SEQUENCE),
    ASN1_SIMPLE(TbsCrlSyntax, this_update, ASN1_TIME),
    ASN1_OPT(TbsCrlSyntax, next_update, ASN1_TIME),
    ASN1_SEQUENCE_OF_OPT(TbsCrlSyntax, revoked, X509_REVOKED),
    ASN1_EXP_SEQUENCE_OF_OPT(TbsCrlSyntax, extensions, X509_EXTENSION, 0),
} static_ASN1_SEQUENCE_END(TbsCrlSyntax)

ASN1_SEQUENCE(SpkiSyntax) = {
    ASN1_SIMPLE(SpkiSyntax, algorithm, ASN1_SEQUENCE),
    ASN1_SIMPLE(SpkiSyntax, key, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(SpkiSyntax)
// clang-format on

}  // namespace

template <>
const ASN1_ITEM* item_of<SignedSyntax>() {
    return SignedSyntax_it();
}
template <>
const ASN1_ITEM* item_of<TbsCertificateSyntax>() {
    return TbsCertificateSyntax_it();
}
template <>
const ASN1_ITEM* item_of<RequestSyntax>() {
    return RequestSyntax_it();
}
template <>
const ASN1_ITEM* item_of<TbsCrlSyntax>() {
    return TbsCrlSyntax_it();
}
template <>
const ASN1_ITEM* item_of<SpkiSyntax>() {
    return SpkiSyntax_it();
}

void set(ASN1_STRING* field, std::string_view bytes) {
    require(ASN1_STRING_set(field, bytes.data(), length_of(bytes)) == 1, "out of memory");
}

std::string encode_signed(std::string_view content_der, std::string_view algorithm_der, std::string_view signature) {
    const auto object = new_syntax<SignedSyntax>();
    set(object->content, content_der);
    set(object->algorithm, algorithm_der);
    set(object->signature, signature);
    object->signature->flags &= ~kUnusedBits;
    object->signature->flags |= ASN1_STRING_FLAG_BITS_LEFT;  // else trailing zero bits would be cut
    return encode(*object);
}

std::string_view whole_bytes(const ASN1_BIT_STRING* string, const char* what) {
    if ((string->flags & kUnusedBits) != 0) {
        throw Error(ErrorKind::corrupt, std::string(what) + ": a bit string that ends within a byte");
    }
    return view_of(string);
}

}  // namespace halfday::x509
