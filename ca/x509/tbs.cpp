#include "ca/x509/tbs.hpp"

#include "ca/x509/extension_list.hpp"
#include "ca/x509/syntax.hpp"

namespace halfday {

namespace {

using x509::kNoMemory;
using x509::require;

constexpr long kVersion3 = 2;

void set_serial(ASN1_INTEGER* field, const Serial& serial) { x509::set(field, serial.bytes()); }

}  // namespace

std::string encode_tbs(const ToBeSigned& tbs) {
    const auto object = x509::new_syntax<x509::TbsCertificateSyntax>();
    require(ASN1_INTEGER_set(object->version, kVersion3) == 1, kNoMemory);
    set_serial(object->serial, tbs.serial);
    x509::set(object->signature_algorithm, tbs.signature_algorithm);
    x509::set(object->issuer, tbs.issuer);
    x509::set_time(object->validity->not_before, tbs.not_before);
    x509::set_time(object->validity->not_after, tbs.not_after);
    x509::set(object->subject, tbs.subject);
    x509::set(object->spki, tbs.spki);
    if (!tbs.extensions.empty()) object->extensions = require(sk_X509_EXTENSION_new_null(), kNoMemory);
    for (const Extension& extension : tbs.extensions) x509::add_extension(object->extensions, extension);
    return x509::encode(*object);
}

std::string encode_certificate(std::string_view tbs_der, std::string_view signature_algorithm,
                               std::string_view signature) {
    return x509::encode_signed(tbs_der, signature_algorithm, signature);
}

}  // namespace halfday
