#pragma once

#include <vector>

#include "ca/base/file.hpp"

namespace halfday {

/// `halfday scan`: reads the codes of `halfday-root qr` from photographs (zbarimg does) and writes the file that they
/// make. Returns the exit status. Throws Error{not_found} without zbarimg, Error{io}, and Error{usage} where the new
/// file exists already.
[[nodiscard]] int run_scan(const std::vector<Path>& photographs, const Path& out);

}  // namespace halfday
