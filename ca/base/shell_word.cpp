#include "ca/base/shell_word.hpp"

#include <algorithm>
#include <cctype>

namespace halfday {

std::string shell_word(std::string_view text) {
    constexpr std::string_view kPlain = "/._-:+@%,=";
    const auto is_plain = [&](unsigned char byte) {
        return std::isalnum(byte) != 0 || kPlain.find(static_cast<char>(byte)) != std::string_view::npos;
    };
    if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
    std::string word = "'";
    for (const char byte : text) {
        const auto value = static_cast<unsigned char>(byte);
        if (value < 0x20 || value >= 0x7f) {
            word += "'*'";
        } else {
            word += byte == '\'' ? std::string("'\\''") : std::string(1, byte);
        }
    }
    return word + "'";
}

std::string shell_line(const std::vector<std::string>& argv) {
    std::string line;
    for (const std::string& word : argv) line += (line.empty() ? "" : " ") + shell_word(word);
    return line;
}

}  // namespace halfday
