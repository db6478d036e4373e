#include "ca/base/shell_word.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

namespace halfday {
namespace {

bool is_shown(unsigned char byte) { return byte >= 0x20 && byte < 0x7f; }

std::string quoted_word(std::string_view text) {
    std::string word = "'";
    for (const char byte : text) word += byte == '\'' ? std::string("'\\''") : std::string(1, byte);
    return word + "'";
}

std::string escaped_word(std::string_view text) {
    std::string word = "$'";
    for (const char byte : text) {
        const auto value = static_cast<unsigned char>(byte);
        const bool is_itself = is_shown(value) && byte != '\'' && byte != '\\';
        word += is_itself ? std::string(1, byte) : fmt::format("\\{:03o}", value);
    }
    return word + "'";
}

}  // namespace

std::string shell_word(std::string_view text) {
    constexpr std::string_view kPlain = "/._-:+@%,=";
    const auto is_plain = [&](unsigned char byte) {
        return std::isalnum(byte) != 0 || kPlain.find(static_cast<char>(byte)) != std::string_view::npos;
    };
    if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
    return std::all_of(text.begin(), text.end(), is_shown) ? quoted_word(text) : escaped_word(text);
}

std::string shell_line(const std::vector<std::string>& argv) {
    std::string line;
    for (const std::string& word : argv) line += (line.empty() ? "" : " ") + shell_word(word);
    return line;
}

}  // namespace halfday
