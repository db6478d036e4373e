#pragma once

#include "ca/base/error.hpp"

namespace halfday {

/// How every program ends. `halfday status --check` has numbers of its own (0 ok, 1 warning, 2 critical, 3 unknown).
enum ExitStatus : int {
    kDone = 0,
    kFailed = 1,
    kUsage = 2,      // arguments or configuration
    kSomeHosts = 3,  // done for some hosts and not for others
};

[[nodiscard]] inline int exit_status_of(const Error& error) noexcept {
    return error.kind() == ErrorKind::usage ? kUsage : kFailed;
}

}  // namespace halfday
