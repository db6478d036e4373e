#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace halfday {

/// Foreign bytes made fit for a terminal or a log line: printable ASCII as it is, a backslash doubled, all else as
/// \xNN; past `most` bytes of input cut, with "…" as three dots "...".
[[nodiscard]] std::string printable(std::string_view bytes, std::size_t most = 200);

/// A line of ours that may have foreign bytes in it, such as a file's name: UTF-8 as it is, but for what moves a
/// terminal's cursor or the order of the letters (control characters of one byte or two, bidirectional ones) and what
/// is no UTF-8, which become \xNN.
[[nodiscard]] std::string without_controls(std::string_view line);

/// Lower-case hexadecimal digits.
[[nodiscard]] std::string to_hex(std::string_view bytes);
/// The reverse; upper case is taken too. Throws Error{corrupt}.
[[nodiscard]] std::string from_hex(std::string_view digits);

}  // namespace halfday
