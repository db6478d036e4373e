#pragma once

#include <chrono>

#include "ca/base/file.hpp"
#include "distribute/handshake/handshake.hpp"

namespace halfday {

using Deadline = std::chrono::steady_clock::time_point;

/// Waits until `fd` is ready for `events` (POLLIN, POLLOUT); whether it is before the deadline. Throws Error{io}.
[[nodiscard]] bool wait_for(int fd, short events, Deadline deadline);

/// A TCP connection that does not block. Throws Error{remote} "cannot connect to ENDPOINT: …".
[[nodiscard]] FileDescriptor connect_to(const Endpoint& endpoint, Deadline deadline);

}  // namespace halfday
