#include "ca/x509/extension.hpp"

#include <algorithm>
#include <array>

#include "ca/base/error.hpp"
#include "ca/x509/digest.hpp"
#include "ca/x509/syntax.hpp"

namespace halfday {

namespace {

using x509::require;

constexpr const char* kNoMemory = "out of memory";
constexpr int kTrue = 0xff;                      // as DER has it; OpenSSL would write any other value as it is
constexpr std::size_t kKeyIdentifierBytes = 20;  // 160 bits
constexpr std::array<std::size_t, 2> kAddressAndMask = {8, 32};  // of IPv4 and IPv6 (RFC 5280 4.2.1.10)
constexpr std::string_view kNull("\x05\x00", 2);

x509::GeneralNamePtr general_name(int type, int string_type, std::string_view bytes) {
    auto string = require(x509::StringPtr(ASN1_STRING_type_new(string_type)), kNoMemory);
    x509::set(string.get(), bytes);
    auto name = require(x509::GeneralNamePtr(GENERAL_NAME_new()), kNoMemory);
    GENERAL_NAME_set0_value(name.get(), type, string.release());
    return name;
}

void add_subtree(STACK_OF(GENERAL_SUBTREE) * subtrees, x509::GeneralNamePtr base) {
    auto subtree = require(x509::GeneralSubtreePtr(GENERAL_SUBTREE_new()), kNoMemory);
    GENERAL_NAME_free(subtree->base);
    subtree->base = base.release();
    require(sk_GENERAL_SUBTREE_push(subtrees, subtree.get()) > 0, kNoMemory);
    static_cast<void>(subtree.release());
}

std::optional<DnsName> dns_name_of(const GENERAL_NAME* name) {
    if (name->type != GEN_DNS) return std::nullopt;
    try {
        return DnsName::parse(x509::view_of(name->d.dNSName));
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// 0.0.0.0/0 or ::/0.
bool is_every_address(const GENERAL_NAME* name) {
    if (name->type != GEN_IPADD) return false;
    const std::string_view bytes = x509::view_of(name->d.iPAddress);
    return std::find(kAddressAndMask.begin(), kAddressAndMask.end(), bytes.size()) != kAddressAndMask.end() &&
           bytes.find_first_not_of('\0') == std::string_view::npos;
}

void require_all_addresses_excluded(const STACK_OF(GENERAL_SUBTREE) * excluded) {
    std::array<bool, kAddressAndMask.size()> seen{};
    for (int at = 0; at < sk_GENERAL_SUBTREE_num(excluded); ++at) {
        const GENERAL_SUBTREE* subtree = sk_GENERAL_SUBTREE_value(excluded, at);
        if (!is_every_address(subtree->base) || subtree->minimum != nullptr || subtree->maximum != nullptr) {
            throw Error(ErrorKind::corrupt, "name constraints that exclude something other than all IP addresses");
        }
        seen[x509::view_of(subtree->base->d.iPAddress).size() == kAddressAndMask[0] ? 0 : 1] = true;
    }
    if (!seen[0] || !seen[1]) {
        throw Error(ErrorKind::corrupt, "name constraints that do not exclude all IP addresses");
    }
}

}  // namespace

bool NameConstraints::permits(const DnsName& name) const {
    return std::any_of(permitted_dns.begin(), permitted_dns.end(),
                       [&name](const DnsName& domain) { return name.within(domain); });
}

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

Extension subject_alternative_name(const std::vector<DnsName>& names) {
    const auto all = require(x509::GeneralNamesPtr(GENERAL_NAMES_new()), kNoMemory);
    for (const DnsName& name : names) {
        auto entry = general_name(GEN_DNS, V_ASN1_IA5STRING, name.text());
        require(sk_GENERAL_NAME_push(all.get(), entry.get()) > 0, kNoMemory);
        static_cast<void>(entry.release());
    }
    return {std::string(oid::kSubjectAlternativeName), true, x509::to_der<i2d_GENERAL_NAMES>(*all)};
}

Extension name_constraints(const NameConstraints& constraints) {
    if (constraints.permitted_dns.empty()) {
        // An extension without a permitted DNS subtree would permit every name.
        throw Error(ErrorKind::usage, "name constraints need at least one permitted domain");
    }
    const auto all = require(x509::NameConstraintsPtr(NAME_CONSTRAINTS_new()), kNoMemory);
    all->permittedSubtrees = require(sk_GENERAL_SUBTREE_new_null(), kNoMemory);
    all->excludedSubtrees = require(sk_GENERAL_SUBTREE_new_null(), kNoMemory);
    for (const DnsName& domain : constraints.permitted_dns) {
        if (domain.is_wildcard()) {
            throw Error(ErrorKind::usage, "'" + domain.text() + "' is no domain that can be permitted",
                        "permit '" + domain.text().substr(2) + "': that covers all names below it too");
        }
        add_subtree(all->permittedSubtrees, general_name(GEN_DNS, V_ASN1_IA5STRING, domain.text()));
    }
    for (const std::size_t size : kAddressAndMask) {
        add_subtree(all->excludedSubtrees, general_name(GEN_IPADD, V_ASN1_OCTET_STRING, std::string(size, '\0')));
    }
    return {std::string(oid::kNameConstraints), true,
            x509::encode_item(reinterpret_cast<const ASN1_VALUE*>(all.get()), ASN1_ITEM_rptr(NAME_CONSTRAINTS))};
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

Extension no_rev_avail() { return {std::string(oid::kNoRevAvail), false, std::string(kNull)}; }

std::string key_identifier(std::string_view spki_der) {
    constexpr const char* kWhat = "SubjectPublicKeyInfo";
    const auto spki = x509::decode<x509::SpkiSyntax>(spki_der, kWhat);
    const Sha256 digest = sha256(x509::whole_bytes(spki->key, kWhat));
    return {digest.begin(), digest.begin() + kKeyIdentifierBytes};
}

AlternativeNames read_subject_alternative_name(std::string_view value) {
    const auto all = x509::from_der<x509::GeneralNamesPtr, d2i_GENERAL_NAMES>(value);
    if (all == nullptr) throw Error(ErrorKind::corrupt, "malformed subject alternative name");
    AlternativeNames names;
    for (int at = 0; at < sk_GENERAL_NAME_num(all.get()); ++at) {
        if (auto name = dns_name_of(sk_GENERAL_NAME_value(all.get(), at))) {
            names.dns.push_back(*std::move(name));
        } else {
            ++names.other_count;
        }
    }
    return names;
}

NameConstraints read_name_constraints(std::string_view value) {
    const auto all = x509::decode_item<x509::NameConstraintsPtr>(value, ASN1_ITEM_rptr(NAME_CONSTRAINTS));
    if (all == nullptr) throw Error(ErrorKind::corrupt, "malformed name constraints");
    require_all_addresses_excluded(all->excludedSubtrees);
    NameConstraints constraints;
    for (int at = 0; at < sk_GENERAL_SUBTREE_num(all->permittedSubtrees); ++at) {
        const GENERAL_SUBTREE* subtree = sk_GENERAL_SUBTREE_value(all->permittedSubtrees, at);
        auto domain = dns_name_of(subtree->base);
        if (!domain || domain->is_wildcard() || subtree->minimum != nullptr || subtree->maximum != nullptr) {
            throw Error(ErrorKind::corrupt, "name constraints that permit something other than DNS domains");
        }
        constraints.permitted_dns.push_back(*std::move(domain));
    }
    if (constraints.permitted_dns.empty()) {
        throw Error(ErrorKind::corrupt, "name constraints that permit every DNS name");
    }
    return constraints;
}

}  // namespace halfday
