#pragma once

#include <optional>
#include <string>

#include "distribute/process/process.hpp"

namespace halfday {

/// A variable of this process's environment, "" where it is not set.
[[nodiscard]] std::string environment(const char* name);
/// The person who became root by sudo; nothing where this process's own user is the operator.
[[nodiscard]] std::optional<User> who_called_sudo();

}  // namespace halfday
