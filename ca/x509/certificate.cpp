#include "ca/x509/certificate.hpp"

#include "ca/x509/digest.hpp"
#include "ca/x509/extension_list.hpp"
#include "ca/x509/handles.hpp"
#include "ca/x509/name.hpp"
#include "ca/x509/pem.hpp"
#include "ca/x509/syntax.hpp"

namespace halfday {

namespace {

constexpr const char* kLabel = "CERTIFICATE";
constexpr const char* kNoun = "certificate";
constexpr const char* kMalformedCertificate = "malformed certificate";
constexpr long kReadVersion = 2;

[[noreturn]] void fail(const std::string& what) { throw Error(ErrorKind::corrupt, std::string(kNoun) + ": " + what); }

std::shared_ptr<x509::CertificateHandle> read_certificate(std::string_view der) {
    if (der.size() > Certificate::kMostBytes) fail("larger than " + std::to_string(Certificate::kMostBytes) + " bytes");
    const auto outer = x509::decode<x509::SignedSyntax>(der, kMalformedCertificate);
    const auto tbs = x509::decode<x509::TbsCertificateSyntax>(x509::view_of(outer->content), kMalformedCertificate);
    if (ASN1_INTEGER_get(tbs->version) != kReadVersion) fail("not of version 3");
    if (x509::view_of(tbs->signature_algorithm) != x509::view_of(outer->algorithm)) {
        fail("it names two signature algorithms");
    }
    auto handle = std::make_shared<x509::CertificateHandle>();
    handle->der = der;
    handle->serial_hex = x509::hex_of(tbs->serial);
    handle->not_before = x509::time_of(tbs->validity->not_before);
    handle->not_after = x509::time_of(tbs->validity->not_after);
    handle->issuer = x509::view_of(tbs->issuer);
    handle->subject = x509::view_of(tbs->subject);
    handle->spki = x509::view_of(tbs->spki);
    handle->extensions = x509::read_extensions(tbs->extensions, kNoun);
    return handle;
}

std::optional<AlternativeNames> alternative_names(const Certificate& certificate) {
    const auto extension = certificate.extension(oid::kSubjectAlternativeName);
    if (!extension) return std::nullopt;
    return read_subject_alternative_name(extension->value);
}

x509::BasicConstraintsPtr basic_constraints(const Certificate& certificate) {
    const auto extension = certificate.extension(oid::kBasicConstraints);
    if (!extension) return nullptr;
    auto constraints = x509::from_der<x509::BasicConstraintsPtr, d2i_BASIC_CONSTRAINTS>(extension->value);
    if (constraints == nullptr) fail("malformed basic constraints");
    return constraints;
}

}  // namespace

const PublicKey& x509::CertificateHandle::public_key() const {
    std::call_once(key_once, [this] { key = PublicKey::from_spki(spki); });
    return *key;
}

X509* x509::CertificateHandle::x509() const {
    std::call_once(object_once, [this] {
        object = from_der<X509Ptr, d2i_X509>(der);
        if (object == nullptr) fail("OpenSSL cannot read it");
    });
    return object.get();
}

Certificate Certificate::parse_der(std::string_view der) { return Certificate(read_certificate(der)); }

Certificate Certificate::parse_pem(std::string_view pem) {
    const x509::PemText text = x509::read_pem(pem);
    if (text.blocks.size() != 1 || text.blocks.front().label != kLabel) {
        fail("not one PEM block '-----BEGIN CERTIFICATE-----'");
    }
    return parse_der(text.blocks.front().der);
}

const std::string& Certificate::der() const noexcept { return handle_->der; }

std::string Certificate::tbs_der() const {
    return std::string(x509::view_of(x509::decode<x509::SignedSyntax>(der(), kMalformedCertificate)->content));
}

std::string Certificate::pem() const { return x509::write_pem(kLabel, handle_->der); }

std::string Certificate::serial_hex() const { return handle_->serial_hex; }

Time Certificate::not_before() const { return handle_->not_before; }

Time Certificate::not_after() const { return handle_->not_after; }

std::string Certificate::subject() const { return x509::describe_name(handle_->subject); }

std::string Certificate::issuer() const { return x509::describe_name(handle_->issuer); }

std::string Certificate::subject_der() const { return handle_->subject; }

std::string Certificate::issuer_der() const { return handle_->issuer; }

const PublicKey& Certificate::public_key() const { return handle_->public_key(); }

const std::string& Certificate::spki() const noexcept { return handle_->spki; }

std::vector<Extension> Certificate::extensions() const { return handle_->extensions; }

std::optional<Extension> Certificate::extension(std::string_view oid) const {
    for (const Extension& extension : handle_->extensions) {
        if (extension.oid == oid) return extension;
    }
    return std::nullopt;
}

std::vector<GeneralName> Certificate::names() const {
    auto found = alternative_names(*this);
    return found ? std::move(found->names) : std::vector<GeneralName>();
}

std::size_t Certificate::other_name_count() const {
    const auto names = alternative_names(*this);
    return names ? names->other_count : 0;
}

bool Certificate::is_ca() const {
    const auto constraints = basic_constraints(*this);
    return constraints != nullptr && constraints->ca != 0;
}

std::optional<int> Certificate::path_length() const {
    constexpr std::int64_t kMost = 255;
    const auto constraints = basic_constraints(*this);
    if (constraints == nullptr || constraints->pathlen == nullptr) return std::nullopt;
    std::int64_t length = 0;
    if (ASN1_INTEGER_get_int64(&length, constraints->pathlen) != 1 || length < 0 || length > kMost) {
        fail("malformed path length");
    }
    return static_cast<int>(length);
}

std::optional<NameConstraints> Certificate::name_constraints() const {
    const auto extension = this->extension(oid::kNameConstraints);
    if (!extension) return std::nullopt;
    return read_name_constraints(extension->value);
}

std::vector<std::string> Certificate::extended_key_usage() const {
    const auto extension = this->extension(oid::kExtendedKeyUsage);
    if (!extension) return {};
    const auto usage = x509::from_der<x509::ExtendedKeyUsagePtr, d2i_EXTENDED_KEY_USAGE>(extension->value);
    if (usage == nullptr) fail("malformed extended key usage");
    std::vector<std::string> purposes;
    for (int at = 0; at < sk_ASN1_OBJECT_num(usage.get()); ++at) {
        purposes.push_back(x509::oid_text(sk_ASN1_OBJECT_value(usage.get(), at)));
    }
    return purposes;
}

std::string Certificate::subject_key_identifier() const {
    const auto extension = this->extension(oid::kSubjectKeyIdentifier);
    if (!extension) return {};
    const auto identifier = x509::from_der<x509::OctetStringPtr, d2i_ASN1_OCTET_STRING>(extension->value);
    if (identifier == nullptr) fail("malformed subject key identifier");
    return std::string(x509::view_of(identifier.get()));
}

std::string Certificate::authority_key_identifier() const {
    const auto extension = this->extension(oid::kAuthorityKeyIdentifier);
    return extension ? read_authority_key_identifier(extension->value) : std::string();
}

std::string Certificate::sha256() const { return sha256_hex(handle_->der); }

}  // namespace halfday
