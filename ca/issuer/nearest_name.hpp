#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/base/general_name.hpp"
#include "ca/x509/name_constraints.hpp"

namespace halfday {

/// What somebody may have meant who wrote `name`, which no domain permits: the same name in the permitted domain whose
/// spelling is at most two letters away from `name`'s end. Nothing when there is none.
[[nodiscard]] std::optional<DnsName> nearest_name(const DnsName& name, const std::vector<DnsName>& domains);

/// The nearest thing to `name`, which they do not permit, that these constraints permit: "'www.example.org'"; for an IP
/// address "an address in 192.0.2.0/24", the range with which it has the most leading bits in common, or "a DNS name in
/// example.org" where no address of its kind would do. "" when there is nothing near.
[[nodiscard]] std::string nearest_permitted(const GeneralName& name, const NameConstraints& permitted);

}  // namespace halfday
