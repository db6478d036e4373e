#pragma once

#include "ca/exchange/inventory.hpp"

namespace halfday {

/// The inventory's host of that name. Throws Error{usage} when there is none, with the name that may have been meant.
[[nodiscard]] const Host& host_of(const Inventory& inventory, const HostName& name);
const Host& host_of(Inventory&& inventory, const HostName& name) = delete;  // it would be gone

}  // namespace halfday
