#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/general_name.hpp"
#include "ca/x509/extension.hpp"

namespace halfday {

/// What a CA certificate permits, and what of that it excludes. Where no IPv4 range is permitted, all of 0.0.0.0/0 is
/// excluded as well, and ::/0 where no IPv6 range is: verifiers accept any IP address under a constraint that speaks of
/// DNS only.
struct NameConstraints {
    std::vector<DnsName> permitted_dns;
    std::vector<IpRange> permitted_ip = {};
    std::vector<DnsName> excluded_dns = {};
    std::vector<IpRange> excluded_ip = {};
    bool operator==(const NameConstraints&) const = default;
    /// Whether a permitted subtree covers the name, and no excluded one speaks against it.
    [[nodiscard]] bool permits(const GeneralName& name) const;
    /// The excluded subtree that speaks against the name, as text: one that covers it, or that a wildcard would match.
    /// (Verifiers compare a wildcard as if it were a name, and so let "*.example.org" past an excluded
    /// "secret.example.org", for which clients then take it.)
    [[nodiscard]] std::optional<std::string> excluded(const GeneralName& name) const;
    /// What `others` permits and this does not, as texts.
    [[nodiscard]] std::vector<std::string> outside(const NameConstraints& others) const;
    /// Why nobody can have meant it: what is permitted and excluded as a whole, and what is excluded from nothing.
    [[nodiscard]] std::vector<std::string> faults() const;
    /// What is permitted, domains first: "example.org", "192.0.2.0/24".
    [[nodiscard]] std::vector<std::string> texts() const;
    /// What of that is excluded, in the same form.
    [[nodiscard]] std::vector<std::string> excluded_texts() const;
    /// Both in one line: "example.org, 192.0.2.0/24 (without secret.example.org)".
    [[nodiscard]] std::string text() const;
};

/// "example.org" or "192.0.2.0/24" (an address alone is a range of one) is added to what is permitted, once. Throws
/// Error{usage}, for a wildcard too.
void permit(NameConstraints& constraints, std::string_view text);
/// The same for what is excluded.
void exclude(NameConstraints& constraints, std::string_view text);
/// What an authority below one with the constraints `above` gets that asks for `asked`: all that is permitted above
/// where it asks for nothing in particular, and in any case without what is excluded above.
[[nodiscard]] NameConstraints inherited(const NameConstraints& asked, const NameConstraints& above);

/// RFC 5280 4.2.1.10, critical. Throws Error{usage} for no permitted domain at all, and for a wildcard.
[[nodiscard]] Extension name_constraints(const NameConstraints& constraints);
/// The reverse of name_constraints. Throws Error{corrupt} for a form that NameConstraints can't hold.
[[nodiscard]] NameConstraints read_name_constraints(std::string_view value);

}  // namespace halfday
