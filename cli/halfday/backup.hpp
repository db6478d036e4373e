#pragma once

#include "ca/exchange/places.hpp"

namespace halfday {

/// `halfday backup FILE`: halfday-issuer writes it, this opens and checks it, and only then it gets its name. Returns
/// the exit status. Throws Error.
[[nodiscard]] int back_up(const Places& places, const Path& file);

/// `halfday restore FILE`: checks all of it, then the folders, the issuer's part (by halfday-issuer) and the
/// configuration; says what to do next. Changes nothing where other configuration or an issuer is; may be repeated.
/// Returns the exit status. Throws Error.
[[nodiscard]] int restore_box(const Places& places, const Path& file);

}  // namespace halfday
