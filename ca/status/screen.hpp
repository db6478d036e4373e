#pragma once

#include <cstddef>
#include <string>

#include "ca/base/clock.hpp"
#include "ca/base/colour.hpp"
#include "ca/exchange/fleet.hpp"
#include "ca/status/selection.hpp"

namespace halfday {

/// What the place can show that a screen is for.
struct ScreenStyle {
    enum class Glyphs { ascii, blocks };
    std::size_t columns = 0;  // 0: as many as it takes
    Glyphs glyphs = Glyphs::ascii;
    Colour colour = Colour::none;
};

/// For people: is everything served, what is failing, which host goes dark first and when, which ceremony is next; then
/// the selected rows, each with its life as a bar; below them the runway and what each loss costs now.
[[nodiscard]] std::string fleet_screen(const Fleet& fleet, const Selection& selection, const ScreenStyle& style,
                                       Time now);

}  // namespace halfday
