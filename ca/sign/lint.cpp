#include "ca/sign/lint.hpp"

#include <algorithm>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/x509/purpose.hpp"

namespace halfday {

namespace {

using Reasons = std::vector<std::string>;

const std::string& empty_name() {
    static const std::string kName = encode_name("");
    return kName;
}

const Extension* find(const ToBeSigned& tbs, std::string_view oid) {
    const auto at = std::find_if(tbs.extensions.begin(), tbs.extensions.end(),
                                 [oid](const Extension& extension) { return extension.oid == oid; });
    return at == tbs.extensions.end() ? nullptr : &*at;
}

struct ExpectedExtension {
    std::string_view oid;
    const char* name;
    bool critical;
};

constexpr ExpectedExtension kBasic{oid::kBasicConstraints, "basic constraints", true};
constexpr ExpectedExtension kUsage{oid::kKeyUsage, "key usage", true};
constexpr ExpectedExtension kPurposes{oid::kExtendedKeyUsage, "extended key usage", false};
constexpr ExpectedExtension kNames{oid::kSubjectAlternativeName, "subject alternative name", true};
constexpr ExpectedExtension kOwnId{oid::kSubjectKeyIdentifier, "subject key identifier", false};
constexpr ExpectedExtension kIssuerId{oid::kAuthorityKeyIdentifier, "authority key identifier", false};
constexpr ExpectedExtension kConstraints{oid::kNameConstraints, "name constraints", true};
constexpr ExpectedExtension kNoRevocation{oid::kNoRevAvail, "noRevAvail", false};

std::vector<ExpectedExtension> expected_extensions(ProfileKind kind) {
    switch (kind) {
        case ProfileKind::root:
        case ProfileKind::cross:
            return {kBasic, kUsage, kOwnId, kIssuerId, kConstraints};
        case ProfileKind::intermediate:
            return {kBasic, kUsage, kPurposes, kOwnId, kIssuerId, kConstraints};
        case ProfileKind::leaf:
            break;
    }
    return {kBasic, kUsage, kPurposes, kNames, kIssuerId, kNoRevocation};
}

/// Presence, order and critical flags; no others.
void lint_extension_list(const ToBeSigned& tbs, ProfileKind kind, Reasons& reasons) {
    const auto expected = expected_extensions(kind);
    const bool same =
        std::equal(tbs.extensions.begin(), tbs.extensions.end(), expected.begin(), expected.end(),
                   [](const Extension& found, const ExpectedExtension& wanted) { return found.oid == wanted.oid; });
    if (!same) reasons.emplace_back("its extensions are not those of its profile, in that order");
    for (const ExpectedExtension& wanted : expected) {
        const Extension* found = find(tbs, wanted.oid);
        if (found != nullptr && found->critical != wanted.critical) {
            reasons.push_back(std::string(wanted.name) +
                              (wanted.critical ? " must be critical" : " must not be critical"));
        }
    }
}

/// The value of an extension that has just one right value. A missing one is lint_extension_list's finding.
void lint_value(const ToBeSigned& tbs, const ExpectedExtension& wanted, const Extension& right, Reasons& reasons) {
    const Extension* found = find(tbs, wanted.oid);
    if (found != nullptr && found->value != right.value) {
        reasons.push_back(std::string(wanted.name) + " is not what its profile has");
    }
}

void lint_fixed_values(const ToBeSigned& tbs, ProfileKind kind, Reasons& reasons) {
    const bool is_leaf = kind == ProfileKind::leaf;
    const std::optional<int> path_length = kind == ProfileKind::root    ? std::nullopt
                                           : kind == ProfileKind::cross ? std::optional(1)
                                                                        : std::optional(0);
    lint_value(tbs, kBasic, is_leaf ? basic_constraints_leaf() : basic_constraints_ca(path_length), reasons);
    lint_value(tbs, kUsage, key_usage(is_leaf ? KeyUsage::digital_signature : KeyUsage::certificate_and_crl_sign),
               reasons);
    lint_value(tbs, kNoRevocation, no_rev_avail(), reasons);
}

/// serverAuth, or that and clientAuth, where the issuer has both or is a root, which has none.
void lint_purposes(const ToBeSigned& tbs, const Certificate* issuer, Reasons& reasons) {
    const Extension* found = find(tbs, kPurposes.oid);
    if (found == nullptr) return;
    const bool is_for_clients = found->value == extended_key_usage(Purpose::server_and_client).value;
    if (!is_for_clients && found->value != extended_key_usage(Purpose::server).value) {
        reasons.push_back(std::string(kPurposes.name) + " is not what its profile has");
    }
    const auto of_issuer = issuer != nullptr ? issuer->extended_key_usage() : std::vector<std::string>();
    if (is_for_clients && !of_issuer.empty() && widest_purpose(of_issuer) == Purpose::server) {
        reasons.emplace_back("its issuer is not for clients");
    }
}

void lint_key_identifiers(const ToBeSigned& tbs, const Certificate* issuer, Reasons& reasons) {
    try {
        if (find(tbs, kOwnId.oid) != nullptr) lint_value(tbs, kOwnId, subject_key_identifier(tbs.spki), reasons);
        const std::string authority = issuer != nullptr ? issuer->subject_key_identifier() : key_identifier(tbs.spki);
        if (authority.empty()) reasons.emplace_back("its issuer has no subject key identifier");
        lint_value(tbs, kIssuerId, authority_key_identifier(authority), reasons);
    } catch (const Error& error) {
        reasons.emplace_back(error.what());
    }
}

void lint_serial(const ToBeSigned& tbs, Reasons& reasons) {
    const auto instance = static_cast<unsigned char>(tbs.serial.bytes().front());
    if (instance == 0 || instance > 127) reasons.emplace_back("its serial number is not a positive one of 16 bytes");
}

void lint_validity(const ToBeSigned& tbs, ProfileKind kind, const Certificate* issuer, Reasons& reasons) {
    if (tbs.not_after < tbs.not_before) reasons.emplace_back("it ends before it begins");
    if (issuer != nullptr && tbs.not_before < issuer->not_before()) {
        reasons.push_back("it begins at " + format_time(tbs.not_before) + ", before its issuer at " +
                          format_time(issuer->not_before()));
    }
    if (issuer != nullptr && tbs.not_after > issuer->not_after()) {
        reasons.push_back("it ends at " + format_time(tbs.not_after) + ", after its issuer at " +
                          format_time(issuer->not_after()));
    }
    const Seconds lifetime = tbs.not_after - tbs.not_before + Seconds{1};  // both ends are inclusive
    if (kind == ProfileKind::leaf && (lifetime < Lifetime::kLeast || lifetime > Lifetime::kCeiling)) {
        reasons.push_back("it would live " + describe_span(lifetime) + ", not " + format_duration(Lifetime::kLeast) +
                          " to " + format_duration(Lifetime::kCeiling));
    }
}

void lint_distinguished_names(const ToBeSigned& tbs, ProfileKind kind, const Certificate* issuer, Reasons& reasons) {
    if (tbs.issuer != (issuer != nullptr ? issuer->subject_der() : tbs.subject)) {
        reasons.emplace_back("its issuer's name is not the issuer's");
    }
    if (kind == ProfileKind::leaf && tbs.subject != empty_name()) reasons.emplace_back("its subject is not empty");
    if (kind != ProfileKind::leaf && tbs.subject == empty_name()) reasons.emplace_back("an authority needs a name");
    if (kind == ProfileKind::intermediate && tbs.subject == tbs.issuer) {
        reasons.emplace_back("an intermediate needs another name than its root");
    }
    if (kind == ProfileKind::cross && tbs.subject == tbs.issuer) {
        reasons.emplace_back("the two roots need names of their own");
    }
}

void lint_key(const ToBeSigned& tbs, const Certificate* issuer, Reasons& reasons) {
    try {
        const bool is_known = tbs.key && tbs.key->spki() == tbs.spki;
        const PublicKey own = is_known ? *tbs.key : PublicKey::from_spki(tbs.spki);
        const PublicKey& signer = issuer != nullptr ? issuer->public_key() : own;
        if (tbs.signature_algorithm != signer.signature_algorithm()) {
            reasons.push_back("its signature algorithm is not the one of a " + signer.algorithm() + " key");
        }
        if (issuer != nullptr && own == signer) reasons.emplace_back("its key is its issuer's");
    } catch (const Error& error) {
        reasons.emplace_back(error.what());
    }
}

/// Whether the issuer may issue this kind: a root intermediates, an intermediate leaves.
void lint_issuer(ProfileKind kind, const Certificate* issuer, Reasons& reasons) {
    if ((kind == ProfileKind::root) != (issuer == nullptr)) {
        reasons.emplace_back("a root has no issuer, and everything else has one");
    }
    if (issuer == nullptr) return;
    if (!issuer->is_ca()) reasons.emplace_back("its issuer is no authority");
    const bool issued_by_root = issuer->subject_der() == issuer->issuer_der();
    if (kind == ProfileKind::leaf && issued_by_root) reasons.emplace_back("a root issues no server certificates");
    if (kind == ProfileKind::intermediate && !issued_by_root) reasons.emplace_back("only a root issues intermediates");
    if (kind == ProfileKind::cross && !issued_by_root) reasons.emplace_back("only a root issues cross certificates");
}

/// What `outside` finds outside the issuer's constraints must be nothing.
template <class Outside>
void lint_permitted(const Certificate& issuer, Reasons& reasons, Outside outside) {
    const auto constraints = issuer.name_constraints();
    if (!constraints) {
        reasons.emplace_back("its issuer has no name constraints");
        return;
    }
    for (const std::string& name : outside(*constraints)) {
        reasons.push_back("its issuer does not permit '" + name + "'");
    }
}

std::vector<std::string> names_outside(const NameConstraints& constraints, const std::vector<GeneralName>& names) {
    std::vector<std::string> found;
    for (const GeneralName& name : names) {
        if (!constraints.permits(name)) found.push_back(name.text());
    }
    return found;
}

template <class Name>
void lint_doubles(std::vector<Name> names, Reasons& reasons) {
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) reasons.push_back("it has '" + twice->text() + "' twice");
}

void lint_alternative_names(const ToBeSigned& tbs, const Certificate* issuer, Reasons& reasons) {
    const Extension* extension = find(tbs, oid::kSubjectAlternativeName);
    if (extension == nullptr) return;
    try {
        const AlternativeNames names = read_subject_alternative_name(extension->value);
        if (names.names.empty()) reasons.emplace_back("it has no name");
        if (names.other_count != 0) {
            reasons.emplace_back("it has a name that is no well-formed DNS name or IP address");
        }
        if (subject_alternative_name(names.names).value != extension->value && names.other_count == 0) {
            reasons.emplace_back("its names are not in their canonical form");
        }
        lint_doubles(names.names, reasons);
        if (issuer == nullptr) return;
        lint_permitted(*issuer, reasons,
                       [&](const NameConstraints& permitted) { return names_outside(permitted, names.names); });
    } catch (const Error& error) {
        reasons.emplace_back(error.what());
    }
}

void lint_constraints(const ToBeSigned& tbs, const Certificate* issuer, Reasons& reasons) {
    const Extension* extension = find(tbs, oid::kNameConstraints);
    if (extension == nullptr) return;
    try {
        const NameConstraints constraints = read_name_constraints(extension->value);
        if (name_constraints(constraints).value != extension->value) {
            reasons.emplace_back("its name constraints are not in their canonical form");
        }
        lint_doubles(constraints.permitted_dns, reasons);
        lint_doubles(constraints.permitted_ip, reasons);
        lint_doubles(constraints.excluded_dns, reasons);
        lint_doubles(constraints.excluded_ip, reasons);
        for (std::string& fault : constraints.faults()) reasons.push_back(std::move(fault));
        if (issuer == nullptr) return;
        lint_permitted(*issuer, reasons,
                       [&](const NameConstraints& permitted) { return permitted.outside(constraints); });
    } catch (const Error& error) {
        reasons.emplace_back(error.what());
    }
}

}  // namespace

Decision<LintedCertificate> lint(const ToBeSigned& tbs, ProfileKind kind, const Certificate* issuer) {
    Reasons reasons;
    lint_issuer(kind, issuer, reasons);
    lint_serial(tbs, reasons);
    lint_validity(tbs, kind, issuer, reasons);
    lint_distinguished_names(tbs, kind, issuer, reasons);
    lint_key(tbs, issuer, reasons);
    lint_extension_list(tbs, kind, reasons);
    lint_fixed_values(tbs, kind, reasons);
    lint_purposes(tbs, issuer, reasons);
    lint_key_identifiers(tbs, issuer, reasons);
    if (kind == ProfileKind::leaf) {
        lint_alternative_names(tbs, issuer, reasons);
    } else {
        lint_constraints(tbs, issuer, reasons);
    }
    if (!reasons.empty()) return Refusal{std::move(reasons)};
    return LintedCertificate(encode_tbs(tbs), tbs.signature_algorithm,
                             issuer != nullptr ? issuer->public_key().spki() : tbs.spki);
}

}  // namespace halfday
