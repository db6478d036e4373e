#include "ca/x509/crl.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "ca/base/escape.hpp"
#include "ca/x509/extension_list.hpp"
#include "ca/x509/handles.hpp"
#include "ca/x509/name.hpp"
#include "ca/x509/pem.hpp"
#include "ca/x509/syntax.hpp"

namespace halfday {

namespace {

using x509::kNoMemory;
using x509::require;

constexpr const char* kCrlLabel = "X509 CRL";
constexpr const char* kCrlNoun = "CRL";
constexpr const char* kMalformedCrl = "malformed CRL";
constexpr long kVersion2 = 1;

struct ReasonCode {
    RevocationReason reason;
    std::string_view text;
    long code;  // RFC 5280 5.3.1
};
constexpr std::array<ReasonCode, 5> kReasons{{
    {RevocationReason::unspecified, "unspecified", 0},
    {RevocationReason::key_compromise, "keyCompromise", 1},
    {RevocationReason::ca_compromise, "cACompromise", 2},
    {RevocationReason::superseded, "superseded", 4},
    {RevocationReason::cessation_of_operation, "cessationOfOperation", 5},
}};

const ReasonCode& code_of(RevocationReason reason) { return kReasons.at(static_cast<std::size_t>(reason)); }

[[noreturn]] void refuse_crl(const std::string& what) {
    throw Error(ErrorKind::corrupt, std::string(kCrlNoun) + ": " + what);
}

/// RFC 5280 5.2 and 5.3: whoever meets a critical extension that it does not know must not use the CRL. Those of delta,
/// partial and indirect CRLs are critical, so none of them gets past this.
void refuse_critical(const std::vector<Extension>& extensions) {
    for (const Extension& extension : extensions) {
        if (extension.critical && extension.oid != oid::kReasonCode)
            refuse_crl("the critical extension " + extension.oid);
    }
}

std::string value_of(const std::vector<Extension>& extensions, std::string_view oid, const char* name) {
    const auto found = std::find_if(extensions.begin(), extensions.end(),
                                    [oid](const Extension& extension) { return extension.oid == oid; });
    if (found == extensions.end()) refuse_crl(std::string("it has no ") + name);
    return found->value;
}

RevocationReason read_reason(const std::string& value) {
    const auto code = x509::from_der<x509::EnumeratedPtr, d2i_ASN1_ENUMERATED>(value);
    if (code == nullptr) refuse_crl("malformed reason code");
    const long number = ASN1_ENUMERATED_get(code.get());
    const auto found = std::find_if(kReasons.begin(), kReasons.end(),
                                    [number](const ReasonCode& each) { return each.code == number; });
    return found == kReasons.end() ? RevocationReason::unspecified : found->reason;  // revoked all the same
}

RevokedCertificate read_entry(const X509_REVOKED* entry) {
    const auto extensions = x509::read_extensions(X509_REVOKED_get0_extensions(entry), kCrlNoun);
    refuse_critical(extensions);
    RevokedCertificate revoked{x509::hex_of(X509_REVOKED_get0_serialNumber(entry)),
                               x509::time_of(X509_REVOKED_get0_revocationDate(entry))};
    for (const Extension& extension : extensions) {
        if (extension.oid == oid::kReasonCode) revoked.reason = read_reason(extension.value);
    }
    return revoked;
}

std::vector<RevokedCertificate> read_entries(const STACK_OF(X509_REVOKED) * list) {
    const int count = list != nullptr ? sk_X509_REVOKED_num(list) : 0;
    if (count > static_cast<int>(Crl::kMostRevoked)) {
        refuse_crl("more than " + std::to_string(Crl::kMostRevoked) + " certificates");
    }
    std::vector<RevokedCertificate> revoked;
    std::vector<std::string> serials;
    for (int at = 0; at < count; ++at) {
        revoked.push_back(read_entry(sk_X509_REVOKED_value(list, at)));
        serials.push_back(revoked.back().serial_hex);
    }
    std::sort(serials.begin(), serials.end());
    const auto twice = std::adjacent_find(serials.begin(), serials.end());
    if (twice != serials.end()) refuse_crl("the serial number " + *twice + " twice");
    return revoked;
}

void add_entry(STACK_OF(X509_REVOKED) * list, const RevokedCertificate& revoked) {
    auto entry = require(x509::RevokedPtr(X509_REVOKED_new()), kNoMemory);
    const auto serial = require(x509::IntegerPtr(ASN1_INTEGER_new()), kNoMemory);
    x509::set(serial.get(), from_hex(revoked.serial_hex));
    const auto time = require(x509::TimePtr(ASN1_TIME_new()), kNoMemory);
    x509::set_time(time.get(), revoked.at);
    require(X509_REVOKED_set_serialNumber(entry.get(), serial.get()) == 1 &&
                X509_REVOKED_set_revocationDate(entry.get(), time.get()) == 1,
            kNoMemory);
    if (revoked.reason != RevocationReason::unspecified) {  // RFC 5280 5.3.1: unspecified is said by saying nothing
        const auto code = require(x509::EnumeratedPtr(ASN1_ENUMERATED_new()), kNoMemory);
        require(ASN1_ENUMERATED_set(code.get(), code_of(revoked.reason).code) == 1, kNoMemory);
        require(X509_REVOKED_add1_ext_i2d(entry.get(), NID_crl_reason, code.get(), 0, 0) == 1, kNoMemory);
    }
    require(sk_X509_REVOKED_push(list, entry.get()) > 0, kNoMemory);
    static_cast<void>(entry.release());
}

}  // namespace

std::string_view to_text(RevocationReason reason) { return code_of(reason).text; }

RevocationReason parse_revocation_reason(std::string_view text) {
    std::string known;
    for (const ReasonCode& each : kReasons) {
        if (each.text == text) return each.reason;
        known.append(known.empty() ? "" : ", ").append(each.text);
    }
    throw Error(ErrorKind::usage, "'" + printable(text) + "' is no reason to revoke an intermediate",
                "one of " + known);
}

Crl Crl::parse_der(std::string_view der) {
    if (der.size() > kMostBytes) refuse_crl("larger than " + std::to_string(kMostBytes) + " bytes");
    const auto outer = x509::decode<x509::SignedSyntax>(der, kMalformedCrl);
    const auto tbs = x509::decode<x509::TbsCrlSyntax>(x509::view_of(outer->content), kMalformedCrl);
    if (tbs->version == nullptr || ASN1_INTEGER_get(tbs->version) != kVersion2) refuse_crl("not of version 2");
    if (x509::view_of(tbs->signature_algorithm) != x509::view_of(outer->algorithm)) {
        refuse_crl("it names two signature algorithms");
    }
    if (tbs->next_update == nullptr) refuse_crl("it has no nextUpdate");
    const auto extensions = x509::read_extensions(tbs->extensions, kCrlNoun);
    refuse_critical(extensions);
    Crl crl;
    crl.der_ = der;
    crl.issuer_der_ = x509::view_of(tbs->issuer);
    crl.authority_key_identifier_ =
        read_authority_key_identifier(value_of(extensions, oid::kAuthorityKeyIdentifier, "authority key identifier"));
    crl.number_ = read_crl_number(value_of(extensions, oid::kCrlNumber, "number"));
    crl.this_update_ = x509::time_of(tbs->this_update);
    crl.next_update_ = x509::time_of(tbs->next_update);
    if (crl.next_update_ < crl.this_update_) refuse_crl("its nextUpdate is before its thisUpdate");
    crl.revoked_ = read_entries(tbs->revoked);
    return crl;
}

Crl Crl::parse_pem(std::string_view pem) { return parse_crls(pem, 1).front(); }

std::string Crl::pem() const { return x509::write_pem(kCrlLabel, der_); }

std::string Crl::issuer() const { return x509::describe_name(issuer_der_); }

const RevokedCertificate* Crl::find(const Certificate& certificate) const {
    if (certificate.issuer_der() != issuer_der_) return nullptr;
    const std::string authority = certificate.authority_key_identifier();
    if (!authority.empty() && authority != authority_key_identifier_) return nullptr;
    const std::string serial = certificate.serial_hex();
    const auto found = std::find_if(revoked_.begin(), revoked_.end(), [&serial](const RevokedCertificate& revoked) {
        return revoked.serial_hex == serial;
    });
    return found == revoked_.end() ? nullptr : &*found;
}

std::optional<std::string> crl_problem(const Crl& crl, const Certificate& root) {
    if (crl.issuer_der_ != root.subject_der())
        return "it is of '" + crl.issuer() + "', not of '" + root.subject() + "'";
    if (crl.authority_key_identifier_ != root.subject_key_identifier()) return "another key than the root's signed it";
    if ((X509_get_key_usage(root.handle().x509()) & KU_CRL_SIGN) == 0) return "the root may not sign CRLs";
    const auto outer = x509::decode<x509::SignedSyntax>(crl.der_, kMalformedCrl);
    const PublicKey& key = root.public_key();
    if (x509::view_of(outer->algorithm) != key.signature_algorithm() ||
        !key.verifies(x509::view_of(outer->content), x509::whole_bytes(outer->signature, kMalformedCrl))) {
        return "its signature is not the root's";
    }
    return std::nullopt;
}

bool looks_like_crl(std::string_view pem) {
    constexpr std::string_view kBegin = "-----BEGIN ";
    const std::size_t at = pem.find(kBegin);
    return at != std::string_view::npos && pem.substr(at + kBegin.size()).starts_with(kCrlLabel);
}

std::vector<Crl> parse_crls(std::string_view pem, std::size_t most) {
    const x509::PemText text = x509::read_pem(pem);
    if (text.blocks.empty() || text.blocks.size() > most) {
        refuse_crl(most == 1 ? "not one PEM block '-----BEGIN X509 CRL-----'"
                             : "not 1 to " + std::to_string(most) + " PEM blocks '-----BEGIN X509 CRL-----'");
    }
    std::vector<Crl> crls;
    for (const x509::PemBlock& block : text.blocks) {
        if (block.label != kCrlLabel) refuse_crl("a PEM block that is none");
        crls.push_back(Crl::parse_der(block.der));
    }
    return crls;
}

std::string encode_crl_tbs(const CrlToBeSigned& tbs) {
    const auto object = x509::new_syntax<x509::TbsCrlSyntax>();
    object->version = require(ASN1_INTEGER_new(), kNoMemory);
    require(ASN1_INTEGER_set(object->version, kVersion2) == 1, kNoMemory);
    x509::set(object->signature_algorithm, tbs.signature_algorithm);
    x509::set(object->issuer, tbs.issuer);
    x509::set_time(object->this_update, tbs.this_update);
    object->next_update = require(ASN1_TIME_new(), kNoMemory);
    x509::set_time(object->next_update, tbs.next_update);
    if (!tbs.revoked.empty()) object->revoked = require(sk_X509_REVOKED_new_null(), kNoMemory);
    for (const RevokedCertificate& revoked : tbs.revoked) add_entry(object->revoked, revoked);
    object->extensions = require(sk_X509_EXTENSION_new_null(), kNoMemory);
    x509::add_extension(object->extensions, authority_key_identifier(tbs.authority_key_identifier));
    x509::add_extension(object->extensions, crl_number(tbs.number));
    return x509::encode(*object);
}

std::string encode_crl(std::string_view tbs_der, std::string_view signature_algorithm, std::string_view signature) {
    return x509::encode_signed(tbs_der, signature_algorithm, signature);
}

}  // namespace halfday
