#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace halfday {

// The words that shares are written with: 11 bits each, in alphabetical order, told apart by their first four letters.

constexpr std::size_t kShareWords = 2048;

/// `number` is below kShareWords.
[[nodiscard]] std::string_view share_word(std::size_t number);
/// The number of a word in lower case, of which the first four letters are enough; nothing for any other text.
[[nodiscard]] std::optional<std::size_t> share_word_number(std::string_view typed);

}  // namespace halfday
