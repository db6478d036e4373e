#include <array>
#include <cstdint>

#include "ca/base/error.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {

// Strict, so that one value has one spelling: what is signed as text can't be written in a second way.

namespace {

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNoDigit = 0xff;

using Values = std::array<std::uint8_t, 256>;

constexpr Values values_of(std::string_view alphabet) {
    Values values{};
    for (auto& value : values) value = kNoDigit;
    for (std::size_t digit = 0; digit < alphabet.size(); ++digit) {
        values[static_cast<unsigned char>(alphabet[digit])] = static_cast<std::uint8_t>(digit);
    }
    return values;
}

std::string encode(std::string_view bytes, std::string_view alphabet) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char byte : bytes) {
        bits = (bits << 8U) | static_cast<unsigned char>(byte);
        for (held += 8; held >= 6; held -= 6) text += alphabet[(bits >> (held - 6U)) & 63U];
    }
    if (held > 0) text += alphabet[(bits << (6U - held)) & 63U];
    return text;
}

std::string decode(std::string_view digits, const Values& values, const char* what) {
    std::string bytes;
    bytes.reserve(digits.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char digit : digits) {
        const std::uint8_t value = values[static_cast<unsigned char>(digit)];
        if (value == kNoDigit) throw Error(ErrorKind::corrupt, std::string("not ") + what + ": a letter outside it");
        bits = (bits << 6U) | value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes += static_cast<char>((bits >> held) & 255U);
        }
    }
    if (held == 6) throw Error(ErrorKind::corrupt, std::string("not ") + what + ": cut off");
    if ((bits & ((1U << held) - 1U)) != 0) {
        throw Error(ErrorKind::corrupt, std::string("not ") + what + ": bits left over at the end");
    }
    return bytes;
}

}  // namespace

std::string to_base64url(std::string_view bytes) { return encode(bytes, kUrl); }

std::string from_base64url(std::string_view text) {
    static constexpr Values kValues = values_of(kUrl);
    return decode(text, kValues, "base64url");
}

std::string to_base64(std::string_view bytes) {
    std::string text = encode(bytes, kStandard);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::string from_base64(std::string_view text) {
    static constexpr Values kValues = values_of(kStandard);
    if (text.size() % 4 != 0) throw Error(ErrorKind::corrupt, "not base64: cut off");
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    return decode(text, kValues, "base64");
}

}  // namespace halfday
