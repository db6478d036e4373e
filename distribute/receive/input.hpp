#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace halfday {

/// Everything that comes from `fd` up to its end. Throws Error{remote} when there are more than `most` bytes, or the
/// end has not come within the deadline; Error{io}.
[[nodiscard]] std::string read_to_end(int fd, std::size_t most, std::chrono::milliseconds deadline);

}  // namespace halfday
