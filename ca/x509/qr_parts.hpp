#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/base/refusal.hpp"

namespace halfday {

// A file that crosses the air gap as QR codes: its text in parts, one a code. Each begins with a line that says of
// which file it is (the first half of its SHA-256), which part of how many, and how long. What crosses is signed; the
// hash only tells codes of different files apart, and a whole file from a broken one.

/// Longest file that is shown: some two hundred codes.
constexpr std::size_t kMostQrBytes = 64 * 1024;

/// The codes' texts, each short enough for a code that a terminal of 80 columns and 36 lines shows. Throws Error{usage}
/// for an empty or too long text, and for anything but printable ASCII and line ends, which scanners would change.
[[nodiscard]] std::vector<std::string> split_for_qr(std::string_view text);

/// The reverse, of all that a scanner read: in any order, codes doubled, with other codes between. Refuses when there
/// is no code of ours, when there are codes of several files, when some are missing (it names them), and when what they
/// make is not the file.
[[nodiscard]] Decision<std::string> join_qr(std::string_view scanned);

}  // namespace halfday
