#include "ca/exchange/archive_name.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace halfday {
namespace {

constexpr std::string_view kEnding = ".jsonl.gz";
constexpr std::string_view kBeginning = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-9999-99-";
constexpr std::size_t kMostDigits = 19;

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

bool fits(char pattern, char letter) {
    switch (pattern) {
        case 'x':
            return is_digit(letter) || (letter >= 'a' && letter <= 'f');
        case '9':
            return is_digit(letter);
        default:
            return letter == pattern;
    }
}

}  // namespace

std::string archive_name(std::string_view log_id, std::string_view month, std::int64_t first) {
    return fmt::format("{}-{}-{}{}", log_id, month, first, kEnding);
}

bool is_archive_name(std::string_view name) {
    if (name.size() <= kBeginning.size() + kEnding.size() || !name.ends_with(kEnding) ||
        !std::equal(kBeginning.begin(), kBeginning.end(), name.begin(), fits)) {
        return false;
    }
    name.remove_prefix(kBeginning.size());
    name.remove_suffix(kEnding.size());
    return name.size() <= kMostDigits && std::all_of(name.begin(), name.end(), is_digit);
}

}  // namespace halfday
