#pragma once

#include <optional>
#include <vector>

#include "ca/base/names.hpp"

namespace halfday {

/// What somebody may have meant who wrote `name`, which no domain permits: the same name in the permitted domain whose
/// spelling is at most two letters away from `name`'s end. Nothing when there is none.
[[nodiscard]] std::optional<DnsName> nearest_name(const DnsName& name, const std::vector<DnsName>& domains);

}  // namespace halfday
