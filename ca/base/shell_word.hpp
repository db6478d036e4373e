#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace halfday {

/// A text as one word that a person may type at a shell. With bytes that a terminal can't show it is $'…' with them in
/// octal, which bash, zsh and busybox know.
[[nodiscard]] std::string shell_word(std::string_view text);
/// The words of an argv, each as shell_word has it.
[[nodiscard]] std::string shell_line(const std::vector<std::string>& argv);

}  // namespace halfday
