#include "ca/x509/tbs.hpp"

#include "ca/x509/syntax.hpp"

namespace halfday {

namespace {

using x509::require;

constexpr long kVersion3 = 2;
constexpr const char* kNoMemory = "out of memory";

void set_serial(ASN1_INTEGER* field, const Serial& serial) { x509::set(field, serial.bytes()); }

/// UTCTime before 2050, GeneralizedTime from then on (RFC 5280 4.1.2.5).
void set_time(ASN1_TIME* field, Time time) {
    require(ASN1_TIME_set(field, time.time_since_epoch().count()) != nullptr, "cannot write a time");
}

void add_extension(STACK_OF(X509_EXTENSION) * list, const Extension& extension) {
    constexpr int kDottedOnly = 1;
    const auto id = require(x509::ObjectPtr(OBJ_txt2obj(extension.oid.c_str(), kDottedOnly)), "extension");
    const auto value = require(x509::OctetStringPtr(ASN1_OCTET_STRING_new()), kNoMemory);
    x509::set(value.get(), extension.value);
    auto entry = require(
        x509::ExtensionPtr(X509_EXTENSION_create_by_OBJ(nullptr, id.get(), extension.critical ? 1 : 0, value.get())),
        kNoMemory);
    require(sk_X509_EXTENSION_push(list, entry.get()) > 0, kNoMemory);
    static_cast<void>(entry.release());
}

}  // namespace

std::string encode_tbs(const ToBeSigned& tbs) {
    const auto object = x509::new_syntax<x509::TbsCertificateSyntax>();
    require(ASN1_INTEGER_set(object->version, kVersion3) == 1, kNoMemory);
    set_serial(object->serial, tbs.serial);
    x509::set(object->signature_algorithm, tbs.signature_algorithm);
    x509::set(object->issuer, tbs.issuer);
    set_time(object->validity->not_before, tbs.not_before);
    set_time(object->validity->not_after, tbs.not_after);
    x509::set(object->subject, tbs.subject);
    x509::set(object->spki, tbs.spki);
    if (!tbs.extensions.empty()) object->extensions = require(sk_X509_EXTENSION_new_null(), kNoMemory);
    for (const Extension& extension : tbs.extensions) add_extension(object->extensions, extension);
    return x509::encode(*object);
}

std::string encode_certificate(std::string_view tbs_der, std::string_view signature_algorithm,
                               std::string_view signature) {
    return x509::encode_signed(tbs_der, signature_algorithm, signature);
}

}  // namespace halfday
