#include "ca/base/duration.hpp"

#include <array>
#include <charconv>
#include <system_error>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

struct Unit {
    char letter;
    std::string_view word;
    long long seconds;
};

constexpr std::array<Unit, 4> kUnits{{{'d', "d", 86400}, {'h', "h", 3600}, {'m', "min", 60}, {'s', "s", 1}}};
constexpr long long kLongest = 100LL * 366 * 86400;  // a century: no sum of durations comes near an overflow

const Unit* find_unit(char letter) {
    for (const Unit& unit : kUnits) {
        if (unit.letter == letter) {
            return &unit;
        }
    }
    return nullptr;
}

[[noreturn]] void refuse(std::string_view text) {
    throw Error(ErrorKind::usage, "'" + printable(text, 40) + "' is not a duration",
                "write one number and one unit, for example '90s', '5m', '12h' or '30d'");
}

}  // namespace

Seconds parse_duration(std::string_view text) {
    const Unit* unit = text.empty() ? nullptr : find_unit(text.back());
    if (unit == nullptr || text.front() < '0' || text.front() > '9') {
        refuse(text);
    }
    long long count = 0;
    const char* const end = text.data() + text.size() - 1;
    const auto read = std::from_chars(text.data(), end, count);
    if (read.ec != std::errc{} || read.ptr != end || count <= 0 || count > kLongest / unit->seconds) {
        refuse(text);
    }
    return Seconds{count * unit->seconds};
}

std::string format_duration(Seconds duration) {
    for (const Unit& unit : kUnits) {
        if (duration.count() != 0 && duration.count() % unit.seconds == 0) {
            return std::to_string(duration.count() / unit.seconds) + unit.letter;
        }
    }
    return "0s";
}

std::string describe_span(Seconds span) {
    const bool negative = span.count() < 0;
    const std::string sign = negative ? "-" : "";
    const long long seconds = negative ? -span.count() : span.count();
    for (std::size_t i = 0; i + 1 < kUnits.size(); ++i) {
        const Unit& unit = kUnits[i];
        if (seconds < unit.seconds) {
            continue;
        }
        const Unit& smaller = kUnits[i + 1];
        std::string text = sign + std::to_string(seconds / unit.seconds) + " " + std::string(unit.word);
        const long long rest = seconds % unit.seconds / smaller.seconds;
        if (rest != 0 && smaller.seconds != 1) {
            text += " " + std::to_string(rest) + " " + std::string(smaller.word);
        }
        return text;
    }
    return sign + std::to_string(seconds) + " s";
}

Lifetime::Lifetime(Seconds value) : value_(value) {
    if (value < kLeast || value > kCeiling) {
        throw Error(ErrorKind::usage, "a certificate's lifetime of '" + format_duration(value) + "' is not between '" +
                                          format_duration(kLeast) + "' and '" + format_duration(kCeiling) + "'");
    }
}

}  // namespace halfday
