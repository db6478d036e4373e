#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/base/general_name.hpp"
#include "ca/x509/extension.hpp"

namespace halfday {

/// What a CA certificate permits. Where no IPv4 range is permitted, 0.0.0.0/0 is excluded, and ::/0 where no IPv6 range
/// is: verifiers accept any IP address under a constraint that speaks of DNS only.
struct NameConstraints {
    std::vector<DnsName> permitted_dns;
    std::vector<IpRange> permitted_ip = {};
    bool operator==(const NameConstraints&) const = default;
    /// Whether a permitted subtree covers the name.
    [[nodiscard]] bool permits(const GeneralName& name) const;
    /// What of `others` no permitted subtree covers, as texts.
    [[nodiscard]] std::vector<std::string> outside(const NameConstraints& others) const;
    /// What is permitted, domains first: "example.org", "192.0.2.0/24".
    [[nodiscard]] std::vector<std::string> texts() const;
    /// The same in one line.
    [[nodiscard]] std::string text() const;
};

/// "example.org" or "192.0.2.0/24" (an address alone is a range of one) is added to what is permitted, once. Throws
/// Error{usage}, for a wildcard too.
void permit(NameConstraints& constraints, std::string_view text);

/// RFC 5280 4.2.1.10, critical. Throws Error{usage} for no permitted domain at all, and for a wildcard.
[[nodiscard]] Extension name_constraints(const NameConstraints& constraints);
/// The reverse of name_constraints. Throws Error{corrupt} for a form that NameConstraints can't hold.
[[nodiscard]] NameConstraints read_name_constraints(std::string_view value);

}  // namespace halfday
