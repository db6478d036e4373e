#include "ca/base/a_label.hpp"

#include <locale.h>
#include <wctype.h>

#include <algorithm>
#include <limits>

namespace halfday {
namespace {

// Punycode's parameters (RFC 3492 5).
constexpr std::uint32_t kBase = 36;
constexpr std::uint32_t kLeast = 1;
constexpr std::uint32_t kMost = 26;
constexpr std::uint32_t kSkew = 38;
constexpr std::uint32_t kDamp = 700;
constexpr std::uint32_t kFirstBias = 72;
constexpr std::uint32_t kAscii = 0x80;

/// Takes one code point from the front; nothing for bytes that are not UTF-8.
std::optional<char32_t> take_code_point(std::string_view& rest) {
    const auto first = static_cast<unsigned char>(rest.front());
    const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || rest.size() < length) return std::nullopt;
    char32_t point = length == 1 ? first : first & (0x7fU >> length);
    for (const char each : rest.substr(1, length - 1)) {
        if ((static_cast<unsigned char>(each) & 0xc0U) != 0x80U) return std::nullopt;
        point = (point << 6U) | (static_cast<unsigned char>(each) & 0x3fU);
    }
    rest.remove_prefix(length);
    const bool is_surrogate = point >= 0xd800 && point < 0xe000;
    return point < kSmallest[length] || is_surrogate || point > 0x10ffff ? std::nullopt : std::optional(point);
}

/// In lower case; nothing where there is anything but letters, digits and "-.*".
std::optional<std::u32string> lower_case(std::string_view utf8) {
    const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (locale == nullptr) return std::nullopt;
    std::optional<std::u32string> lower(std::in_place);
    while (lower && !utf8.empty()) {
        const auto point = take_code_point(utf8);
        const bool fits = point && (*point == '-' || *point == '.' || *point == '*' ||
                                    ::iswalnum_l(static_cast<wint_t>(*point), locale) != 0);
        if (fits) {
            *lower += static_cast<char32_t>(::towlower_l(static_cast<wint_t>(*point), locale));
        } else {
            lower.reset();
        }
    }
    ::freelocale(locale);
    return lower;
}

char digit(std::uint32_t value) { return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26)); }

std::uint32_t adapted(std::uint32_t delta, std::uint32_t points, bool is_first) {
    delta = is_first ? delta / kDamp : delta / 2;
    delta += delta / points;
    std::uint32_t shift = 0;
    for (; delta > ((kBase - kLeast) * kMost) / 2; shift += kBase) delta /= kBase - kLeast;
    return shift + (kBase - kLeast + 1) * delta / (delta + kSkew);
}

void append_number(std::string& out, std::uint32_t number, std::uint32_t bias) {
    for (std::uint32_t at = kBase;; at += kBase) {
        const std::uint32_t threshold = at <= bias ? kLeast : std::min(at - bias, kMost);
        if (number < threshold) break;
        out += digit(threshold + (number - threshold) % (kBase - threshold));
        number = (number - threshold) / (kBase - threshold);
    }
    out += digit(number);
}

/// RFC 3492 6.3, of a label that is short enough that nothing overflows.
std::string punycode(const std::u32string& label) {
    std::string out;
    for (const char32_t point : label) {
        if (point < kAscii) out += static_cast<char>(point);
    }
    const auto basic = static_cast<std::uint32_t>(out.size());
    if (basic > 0) out += '-';
    std::uint32_t next = kAscii;
    std::uint32_t delta = 0;
    std::uint32_t bias = kFirstBias;
    for (std::uint32_t done = basic; done < label.size();) {
        char32_t smallest = std::numeric_limits<char32_t>::max();
        for (const char32_t point : label) {
            if (point >= next) smallest = std::min(smallest, point);
        }
        delta += (smallest - next) * (done + 1);
        next = smallest;
        for (const char32_t point : label) {
            if (point < next) ++delta;
            if (point != next) continue;
            append_number(out, delta, bias);
            bias = adapted(delta, done + 1, done == basic);
            delta = 0;
            ++done;
        }
        ++delta;
        ++next;
    }
    return out;
}

}  // namespace

std::optional<std::string> a_labels(std::string_view utf8) {
    constexpr std::size_t kLongestLabel = 63;
    const auto name = lower_case(utf8);
    if (!name) return std::nullopt;
    std::string all;
    for (std::size_t begin = 0; begin <= name->size();) {
        const std::size_t end = std::min(name->find(U'.', begin), name->size());
        const std::u32string label = name->substr(begin, end - begin);
        if (label.size() > kLongestLabel) return std::nullopt;
        const bool is_ascii = std::all_of(label.begin(), label.end(), [](char32_t each) { return each < kAscii; });
        all +=
            (begin == 0 ? "" : ".") + (is_ascii ? std::string(label.begin(), label.end()) : "xn--" + punycode(label));
        begin = end + 1;
    }
    return all;
}

}  // namespace halfday
