#pragma once

#include <string_view>

#include "ca/base/secret.hpp"

namespace halfday {

/// A QR code for a terminal of UTF-8, lines of half blocks, light on dark with the quiet zone around. `text` is best of
/// digits, capitals and spaces, at most some hundred. Throws Error{usage} when it is too long for any code.
[[nodiscard]] Secret draw_qr_code(const Secret& text);

}  // namespace halfday
