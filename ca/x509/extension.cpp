#include "ca/x509/extension.hpp"

#include "ca/base/error.hpp"
#include "ca/x509/digest.hpp"
#include "ca/x509/general_names.hpp"
#include "ca/x509/syntax.hpp"

namespace halfday {

namespace {

using x509::kNoMemory;
using x509::require;

constexpr int kTrue = 0xff;                      // as DER has it; OpenSSL would write any other value as it is
constexpr std::size_t kKeyIdentifierBytes = 20;  // 160 bits
constexpr std::string_view kNull("\x05\x00", 2);

}  // namespace

Extension basic_constraints_ca(std::optional<int> path_length) {
    const auto constraints = require(x509::BasicConstraintsPtr(BASIC_CONSTRAINTS_new()), kNoMemory);
    constraints->ca = kTrue;
    if (path_length) {
        constraints->pathlen = require(x509::IntegerPtr(ASN1_INTEGER_new()), kNoMemory).release();
        require(ASN1_INTEGER_set(constraints->pathlen, *path_length) == 1, kNoMemory);
    }
    return {std::string(oid::kBasicConstraints), true, x509::to_der<i2d_BASIC_CONSTRAINTS>(*constraints)};
}

Extension basic_constraints_leaf() {
    const auto constraints = require(x509::BasicConstraintsPtr(BASIC_CONSTRAINTS_new()), kNoMemory);
    return {std::string(oid::kBasicConstraints), true, x509::to_der<i2d_BASIC_CONSTRAINTS>(*constraints)};
}

Extension key_usage(KeyUsage usage) {
    constexpr int kDigitalSignature = 0;  // the bits of RFC 5280 4.2.1.3
    constexpr int kKeyCertSign = 5;
    constexpr int kCrlSign = 6;
    const auto bits = require(x509::BitStringPtr(ASN1_BIT_STRING_new()), kNoMemory);
    const auto add = [&bits](int bit) { require(ASN1_BIT_STRING_set_bit(bits.get(), bit, 1) == 1, kNoMemory); };
    if (usage == KeyUsage::digital_signature) {
        add(kDigitalSignature);
    } else {
        add(kKeyCertSign);
        add(kCrlSign);
    }
    return {std::string(oid::kKeyUsage), true, x509::to_der<i2d_ASN1_BIT_STRING>(*bits)};
}

Extension extended_key_usage(const std::vector<std::string>& purposes) {
    const auto usage = require(x509::ExtendedKeyUsagePtr(EXTENDED_KEY_USAGE_new()), kNoMemory);
    for (const std::string& purpose : purposes) {
        constexpr int kDottedOnly = 1;
        auto object = require(x509::ObjectPtr(OBJ_txt2obj(purpose.c_str(), kDottedOnly)), "extended key usage");
        require(sk_ASN1_OBJECT_push(usage.get(), object.get()) > 0, kNoMemory);
        static_cast<void>(object.release());
    }
    return {std::string(oid::kExtendedKeyUsage), false, x509::to_der<i2d_EXTENDED_KEY_USAGE>(*usage)};
}

Extension subject_alternative_name(const std::vector<GeneralName>& names) {
    const auto all = require(x509::GeneralNamesPtr(GENERAL_NAMES_new()), kNoMemory);
    for (const GeneralName& name : names) {
        auto entry = name.ip() != nullptr ? x509::ip_name(name.ip()->bytes()) : x509::dns_name(*name.dns());
        require(sk_GENERAL_NAME_push(all.get(), entry.get()) > 0, kNoMemory);
        static_cast<void>(entry.release());
    }
    return {std::string(oid::kSubjectAlternativeName), true, x509::to_der<i2d_GENERAL_NAMES>(*all)};
}

Extension subject_key_identifier(std::string_view spki_der) {
    const auto string = require(x509::OctetStringPtr(ASN1_OCTET_STRING_new()), kNoMemory);
    x509::set(string.get(), key_identifier(spki_der));
    return {std::string(oid::kSubjectKeyIdentifier), false, x509::to_der<i2d_ASN1_OCTET_STRING>(*string)};
}

Extension authority_key_identifier(std::string_view key_identifier) {
    const auto authority = require(x509::AuthorityKeyIdPtr(AUTHORITY_KEYID_new()), kNoMemory);
    authority->keyid = require(x509::OctetStringPtr(ASN1_OCTET_STRING_new()), kNoMemory).release();
    x509::set(authority->keyid, key_identifier);
    return {std::string(oid::kAuthorityKeyIdentifier), false, x509::to_der<i2d_AUTHORITY_KEYID>(*authority)};
}

Extension crl_number(std::uint64_t number) {
    const auto integer = require(x509::IntegerPtr(ASN1_INTEGER_new()), kNoMemory);
    require(ASN1_INTEGER_set_uint64(integer.get(), number) == 1, kNoMemory);
    return {std::string(oid::kCrlNumber), false, x509::to_der<i2d_ASN1_INTEGER>(*integer)};
}

Extension no_rev_avail() { return {std::string(oid::kNoRevAvail), false, std::string(kNull)}; }

std::string key_identifier(std::string_view spki_der) {
    constexpr const char* kWhat = "SubjectPublicKeyInfo";
    const auto spki = x509::decode<x509::SpkiSyntax>(spki_der, kWhat);
    const Sha256 digest = sha256(x509::whole_bytes(spki->key, kWhat));
    return {digest.begin(), digest.begin() + kKeyIdentifierBytes};
}

std::string read_authority_key_identifier(std::string_view value) {
    const auto authority = x509::from_der<x509::AuthorityKeyIdPtr, d2i_AUTHORITY_KEYID>(value);
    if (authority == nullptr) throw Error(ErrorKind::corrupt, "malformed authority key identifier");
    return authority->keyid != nullptr ? std::string(x509::view_of(authority->keyid)) : std::string();
}

std::uint64_t read_crl_number(std::string_view value) {
    const auto integer = x509::from_der<x509::IntegerPtr, d2i_ASN1_INTEGER>(value);
    std::uint64_t number = 0;
    if (integer != nullptr && ASN1_INTEGER_get_uint64(&number, integer.get()) == 1) return number;
    static_cast<void>(x509::drain_openssl_errors());
    throw Error(ErrorKind::corrupt, "malformed CRL number");
}

AlternativeNames read_subject_alternative_name(std::string_view value) {
    const auto all = x509::from_der<x509::GeneralNamesPtr, d2i_GENERAL_NAMES>(value);
    if (all == nullptr) throw Error(ErrorKind::corrupt, "malformed subject alternative name");
    AlternativeNames names;
    for (int at = 0; at < sk_GENERAL_NAME_num(all.get()); ++at) {
        if (auto name = x509::name_of(sk_GENERAL_NAME_value(all.get(), at))) {
            names.names.push_back(*std::move(name));
        } else {
            ++names.other_count;
        }
    }
    return names;
}

}  // namespace halfday
