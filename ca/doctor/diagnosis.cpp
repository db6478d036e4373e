#include "ca/doctor/diagnosis.hpp"

#include <algorithm>
#include <cctype>

namespace halfday {

std::string shell_path(const Path& path) {
    constexpr std::string_view kPlain = "/._-:+@%,=";
    const std::string& text = path.native();
    const auto is_plain = [&](unsigned char byte) {
        return std::isalnum(byte) != 0 || kPlain.find(static_cast<char>(byte)) != std::string_view::npos;
    };
    if (std::all_of(text.begin(), text.end(), is_plain)) return text;
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

}  // namespace halfday
