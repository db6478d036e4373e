#pragma once

#include <string>

namespace halfday {

/// The next action after a failed system call: room for a full disk, another user where this one may not; "" for
/// others. throw_errno uses it where it is given no hint.
[[nodiscard]] std::string errno_hint(int error);

}  // namespace halfday
