#include "ca/base/escape.hpp"

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
