#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/general_name.hpp"

namespace halfday {

/// One extension of a certificate (RFC 5280 4.2): dotted OID, criticality, and the DER inside its OCTET STRING.
struct Extension {
    std::string oid;
    bool critical = false;
    std::string value;
    bool operator==(const Extension&) const = default;
};

namespace oid {
inline constexpr std::string_view kSubjectKeyIdentifier = "2.5.29.14";
inline constexpr std::string_view kKeyUsage = "2.5.29.15";
inline constexpr std::string_view kSubjectAlternativeName = "2.5.29.17";
inline constexpr std::string_view kBasicConstraints = "2.5.29.19";
inline constexpr std::string_view kCrlNumber = "2.5.29.20";
inline constexpr std::string_view kReasonCode = "2.5.29.21";
inline constexpr std::string_view kNameConstraints = "2.5.29.30";
inline constexpr std::string_view kAuthorityKeyIdentifier = "2.5.29.35";
inline constexpr std::string_view kExtendedKeyUsage = "2.5.29.37";
inline constexpr std::string_view kNoRevAvail = "2.5.29.56";
inline constexpr std::string_view kServerAuth = "1.3.6.1.5.5.7.3.1";
inline constexpr std::string_view kClientAuth = "1.3.6.1.5.5.7.3.2";
}  // namespace oid

enum class KeyUsage { digital_signature, certificate_and_crl_sign };

/// RFC 5280 4.2.1.9, critical.
[[nodiscard]] Extension basic_constraints_ca(std::optional<int> path_length);
/// RFC 5280 4.2.1.9 for CA:FALSE: critical, an empty SEQUENCE.
[[nodiscard]] Extension basic_constraints_leaf();
/// RFC 5280 4.2.1.3, critical.
[[nodiscard]] Extension key_usage(KeyUsage usage);
/// RFC 5280 4.2.1.12, not critical; dotted OIDs.
[[nodiscard]] Extension extended_key_usage(const std::vector<std::string>& purposes);
/// RFC 5280 4.2.1.6, critical as the subject is empty.
[[nodiscard]] Extension subject_alternative_name(const std::vector<GeneralName>& names);
/// RFC 5280 4.2.1.2, method (1) of RFC 7093 2: the leftmost 160 bits of SHA-256 of the subjectPublicKey.
[[nodiscard]] Extension subject_key_identifier(std::string_view spki_der);
/// RFC 5280 4.2.1.1; `key_identifier` is the issuer's subject key identifier, as bytes.
[[nodiscard]] Extension authority_key_identifier(std::string_view key_identifier);
/// RFC 5280 5.2.3, not critical; of a CRL.
[[nodiscard]] Extension crl_number(std::uint64_t number);
/// RFC 9608: NULL, not critical.
[[nodiscard]] Extension no_rev_avail();

/// The bytes of a subject key identifier for a public key. Throws Error{corrupt}.
[[nodiscard]] std::string key_identifier(std::string_view spki_der);

/// The reverse of authority_key_identifier for an Extension::value: the bytes of its keyIdentifier, "" where it has
/// none. Throws Error{corrupt}.
[[nodiscard]] std::string read_authority_key_identifier(std::string_view value);
/// The reverse of crl_number for an Extension::value. Throws Error{corrupt}, for more than 64 bits too.
[[nodiscard]] std::uint64_t read_crl_number(std::string_view value);

/// What a subject alternative name holds: the DNS names and IP addresses that are well formed, in order, and how many
/// other entries (mail addresses, malformed names, …).
struct AlternativeNames {
    std::vector<GeneralName> names;
    std::size_t other_count = 0;
};

/// The reverse of subject_alternative_name for an Extension::value. Throws Error{corrupt}.
[[nodiscard]] AlternativeNames read_subject_alternative_name(std::string_view value);

}  // namespace halfday
