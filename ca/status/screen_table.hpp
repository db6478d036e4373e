#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/fleet.hpp"
#include "ca/status/screen.hpp"

namespace halfday {

// The rows of `halfday status`, as wide as the place allows: on a narrow one serials, proofs and renewals give way to
// the bars, and on a very narrow one the bars to the words.

/// A line for each row, below a line of headings; one that has a problem has that below it, and all have what the bars
/// mean below them.
[[nodiscard]] std::string rows_table(const Rows& rows, const ScreenStyle& style, Time now);

/// ASCII text in the colour of a health, where there are colours.
[[nodiscard]] std::string painted(std::string_view text, Health health, Colour colour);

/// ASCII text as lines, broken at spaces where it is wider than `columns` (0: never); those after the first begin with
/// `indent` spaces.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns);

}  // namespace halfday
