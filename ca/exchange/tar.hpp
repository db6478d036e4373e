#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ca/base/clock.hpp"

namespace halfday {

// As much of tar (POSIX.1-1988 ustar, GNU's long names and large sizes) as an archive of regular files needs. Headers
// are only ever written: a reader compares.

constexpr std::size_t kTarBlock = 512;

/// The header of a regular file of root's with mode 0600: one block, or three for a path of more than 100 bytes.
[[nodiscard]] std::string tar_header(std::string_view path, std::int64_t size, Time modified);
/// The zeros that fill up a content's last block.
[[nodiscard]] std::string tar_padding(std::int64_t size);
/// What the archive ends with.
[[nodiscard]] std::string tar_end();
/// The size that a header of one block gives, when it is below 8 GiB.
[[nodiscard]] std::optional<std::int64_t> tar_size(std::string_view header);

}  // namespace halfday
