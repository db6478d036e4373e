#include "ca/base/escape.hpp"

#include <algorithm>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

void append_hex(std::string& out, char byte) {
    const auto value = static_cast<unsigned char>(byte);
    out += kDigits[value >> 4U];
    out += kDigits[value & 0xfU];
}

unsigned digit_value(char digit) {
    if (digit >= '0' && digit <= '9') {
        return static_cast<unsigned>(digit - '0');
    }
    if (digit >= 'a' && digit <= 'f') {
        return static_cast<unsigned>(digit - 'a') + 10U;
    }
    if (digit >= 'A' && digit <= 'F') {
        return static_cast<unsigned>(digit - 'A') + 10U;
    }
    throw Error(ErrorKind::corrupt, "'" + printable({&digit, 1}) + "' is not a hexadecimal digit");
}

/// How many bytes the character at the beginning has; 0 where it is none that may be shown.
std::size_t character_size(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned first = byte(0);
    if (first < 0x80) {
        return first >= ' ' && first != 0x7f ? 1 : 0;
    }
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < size) {
        return 0;
    }
    unsigned code = first & (0xffU >> (size + 1));
    for (std::size_t at = 1; at < size; ++at) {
        if ((byte(at) & 0xc0U) != 0x80U) {
            return 0;
        }
        code = (code << 6U) | (byte(at) & 0x3fU);
    }
    const bool is_control = code < 0xa0;
    const bool turns_letters = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    return is_control || turns_letters ? 0 : size;
}

}  // namespace

std::string printable(std::string_view bytes, std::size_t most) {
    std::string out;
    for (const char byte : bytes.substr(0, most)) {
        if (byte == '\\') {
            out += "\\\\";
        } else if (byte >= ' ' && byte <= '~') {
            out += byte;
        } else {
            out += "\\x";
            append_hex(out, byte);
        }
    }
    if (bytes.size() > most) {
        out += "...";
    }
    return out;
}

std::string without_controls(std::string_view line) {
    std::string out;
    while (!line.empty()) {
        const std::size_t size = character_size(line);
        for (const char byte : line.substr(0, std::max<std::size_t>(size, 1))) {
            if (size > 0) {
                out += byte;
            } else {
                out += "\\x";
                append_hex(out, byte);
            }
        }
        line.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return out;
}

std::string to_hex(std::string_view bytes) {
    std::string digits;
    digits.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        append_hex(digits, byte);
    }
    return digits;
}

std::string from_hex(std::string_view digits) {
    if (digits.size() % 2 != 0) {
        throw Error(ErrorKind::corrupt, "an odd number of hexadecimal digits");
    }
    std::string bytes;
    bytes.reserve(digits.size() / 2);
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        bytes += static_cast<char>(digit_value(digits[i]) << 4U | digit_value(digits[i + 1]));
    }
    return bytes;
}

}  // namespace halfday
