#pragma once

namespace halfday {

/// Whether text for a terminal has colours in it (https://no-color.org).
enum class Colour { none, some };

}  // namespace halfday
