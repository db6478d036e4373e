#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace halfday {

/// How many letters were added, left out, changed, or swapped with their neighbour (optimal string alignment).
[[nodiscard]] std::size_t spelling_distance(std::string_view left, std::string_view right);

/// Which of `known` somebody may have meant who wrote `word`: the first that goes on after it with a dot, otherwise the
/// nearest, when it is no further away than a third of `word`'s letters (one letter in a short word).
[[nodiscard]] std::optional<std::string> nearest_spelling(std::string_view word, const std::vector<std::string>& known);

}  // namespace halfday
