#pragma once

#include <cstddef>

#include "ca/status/screen.hpp"

namespace halfday {

/// What standard output has room for, and what it can show.
struct ScreenPlace {
    ScreenStyle style;
    std::size_t rows;   // of the fleet
    std::size_t lines;  // of the terminal, 0 where there is none
};

/// A terminal's width and height, block characters in a UTF-8 locale, colours unless NO_COLOR is set or TERM is dumb;
/// elsewhere plain ASCII of any width.
[[nodiscard]] ScreenPlace screen_place();

}  // namespace halfday
