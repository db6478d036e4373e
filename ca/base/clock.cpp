#include "ca/base/clock.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";  // d stands for a digit

bool has_form(std::string_view text) {
    return std::equal(text.begin(), text.end(), kForm.begin(), kForm.end(), [](char found, char wanted) {
        return wanted == 'd' ? found >= '0' && found <= '9' : found == wanted;
    });
}

int digits_at(std::string_view text, std::size_t first, std::size_t count) {
    int value = 0;
    for (const char digit : text.substr(first, count)) {
        value = value * 10 + (digit - '0');
    }
    return value;
}

}  // namespace

Time system_now() { return std::chrono::floor<Seconds>(std::chrono::system_clock::now()); }

std::string format_time(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    std::array<char, 80> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02lld:%02lld:%02lldZ", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<long long>(clock.hours().count()), static_cast<long long>(clock.minutes().count()),
                      static_cast<long long>(clock.seconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

Time parse_time(std::string_view text) {
    const auto refuse = [text] {
        return Error(ErrorKind::corrupt,
                     "'" + printable(text, 40) + "' is not a time of the form '2026-11-24T11:26:39Z'");
    };
    if (!has_form(text)) {
        throw refuse();
    }
    const std::chrono::year_month_day date{std::chrono::year{digits_at(text, 0, 4)},
                                           std::chrono::month{static_cast<unsigned>(digits_at(text, 5, 2))},
                                           std::chrono::day{static_cast<unsigned>(digits_at(text, 8, 2))}};
    const std::chrono::hours hours{digits_at(text, 11, 2)};
    const std::chrono::minutes minutes{digits_at(text, 14, 2)};
    const Seconds seconds{digits_at(text, 17, 2)};
    if (!date.ok() || hours.count() > 23 || minutes.count() > 59 || seconds.count() > 59) {
        throw refuse();
    }
    return std::chrono::sys_days{date} + hours + minutes + seconds;
}

}  // namespace halfday
