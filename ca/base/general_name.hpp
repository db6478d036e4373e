#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ca/base/ip_address.hpp"
#include "ca/base/names.hpp"

namespace halfday {

/// What clients know a server by: a DNS name or an IP address, the two forms of RFC 5280's GeneralName that a server
/// certificate of ours has.
class GeneralName {
   public:
    GeneralName(DnsName name) : name_(std::move(name)) {}          // NOLINT(google-explicit-constructor): it is one
    GeneralName(IpAddress address) : name_(std::move(address)) {}  // NOLINT(google-explicit-constructor)
    /// Throws Error{usage} as DnsName::parse, or as IpAddress::parse for what looks like an address.
    [[nodiscard]] static GeneralName parse(std::string_view text);

    /// Its canonical form: no two names have the same.
    [[nodiscard]] const std::string& text() const noexcept;
    /// Null for the other form.
    [[nodiscard]] const DnsName* dns() const noexcept { return std::get_if<DnsName>(&name_); }
    [[nodiscard]] const IpAddress* ip() const noexcept { return std::get_if<IpAddress>(&name_); }
    auto operator<=>(const GeneralName&) const = default;  // NOLINT(modernize-use-nullptr): no pointer is in it

   private:
    std::variant<DnsName, IpAddress> name_;
};

/// "www.example.org, 192.0.2.7".
[[nodiscard]] std::string join_names(const std::vector<GeneralName>& names);

}  // namespace halfday
