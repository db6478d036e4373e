#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ca/base/duration.hpp"
#include "ca/base/ip_address.hpp"
#include "ca/base/names.hpp"
#include "ca/base/yaml.hpp"
#include "ca/x509/purpose.hpp"

namespace halfday {

// What server certificates may be, on one page: the defaults here, `certificates:` of halfday.yaml for all hosts,
// `policy:` of a host's file for that host. No file can go above Lifetime::kCeiling.

enum class Wildcards { allowed, refused };

constexpr Seconds kRenewalMargin = std::chrono::hours{1};  // an outage that short costs nothing, at the very least

struct CertificatePolicy {
    Lifetime lifetime{std::chrono::hours{12}};
    Seconds renew_after = std::chrono::hours{4};      // 7 h of outage cost nothing
    Seconds backdate = std::chrono::minutes{30};      // clients' clocks
    int max_per_hour = 4;                             // of one entry of one host
    std::vector<std::string> keys{"P-256", "P-384"};  // algorithms of server keys, as KeyAlgorithm has them
    Wildcards wildcards = Wildcards::allowed;
    Purpose purpose = Purpose::server;
    // A DNS name must be one of these or below one, an IP address in one of those ranges; none: the constraints alone
    // limit it.
    std::vector<DnsName> domains{};
    std::vector<IpRange> addresses{};
};

/// What one file says of a policy, and where: "FILE:LINE" by key.
struct PolicyChange {
    std::optional<Lifetime> lifetime = std::nullopt;
    std::optional<Seconds> renew_after = std::nullopt;
    std::optional<Seconds> backdate = std::nullopt;
    std::optional<int> max_per_hour = std::nullopt;
    std::optional<std::vector<std::string>> keys = std::nullopt;
    std::optional<Wildcards> wildcards = std::nullopt;
    std::optional<Purpose> purpose = std::nullopt;
    std::optional<std::vector<DnsName>> domains = std::nullopt;
    std::optional<std::vector<IpRange>> addresses = std::nullopt;
    std::map<std::string, std::string, std::less<>> places = {};
    bool operator==(const PolicyChange&) const = default;
};

/// The keys of a policy.
[[nodiscard]] YamlSection policy_section();

/// Takes the keys of a policy out of `map`; others are the caller's to take or to refuse. Throws Error{usage} with
/// file:line:column.
[[nodiscard]] PolicyChange read_policy_change(YamlMap& map);
/// The members of a YAML flow map that read_policy_change reads: "lifetime: 6h, keys: [P-256]".
[[nodiscard]] std::string to_yaml(const PolicyChange& change);

/// `policy` with what `change` says in its place.
[[nodiscard]] CertificatePolicy changed(CertificatePolicy policy, const PolicyChange& change);

/// Why a policy can't work: renewal so late that an outage of an hour could leave a host without a certificate.
[[nodiscard]] std::optional<std::string> policy_fault(const CertificatePolicy& policy);

[[nodiscard]] std::string to_text(Wildcards wildcards);

}  // namespace halfday
