#include "ca/exchange/story.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

constexpr std::string_view kSteps = "urstTfblLhH";
constexpr std::int64_t kLatestStory = 253402300799;
constexpr std::int64_t kLongest = 24 * 3600 * 1000;  // ms

[[noreturn]] void refuse(std::string_view text) {
    throw Error(ErrorKind::corrupt, "'" + printable(text, 80) + "' is not the story of a visit");
}

/// The number that all of `digits` is.
std::int64_t number_in(std::string_view digits, std::int64_t most, std::string_view whole) {
    std::int64_t value = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool is_all = error == std::errc{} && end == digits.data() + digits.size();
    if (!is_all || value < 0 || value > most || std::to_string(value) != digits) refuse(whole);
    return value;
}

std::string_view take_word(std::string_view& rest) {
    const std::size_t size = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, size);
    rest.remove_prefix(std::min(size + 1, rest.size()));
    return word;
}

}  // namespace

std::string to_text(const Story& story) {
    std::string text = std::to_string(story.began.time_since_epoch().count());
    for (std::size_t i = 0; i < std::min(story.marks.size(), kMostMarks); ++i) {
        text.append(1, ' ').append(1, static_cast<char>(story.marks[i].step));
        text += std::to_string(std::min<std::int64_t>(story.marks[i].after.count(), kLongest));
    }
    return text;
}

Story parse_story(std::string_view text) {
    if (text.size() > kMostStoryBytes || text.ends_with(' ')) refuse(text);
    std::string_view rest = text;
    Story story{Time(Seconds(number_in(take_word(rest), kLatestStory, text))), {}};
    while (!rest.empty()) {
        const std::string_view word = take_word(rest);
        const bool is_step = !word.empty() && kSteps.find(word.front()) != std::string_view::npos;
        if (!is_step || story.marks.size() == kMostMarks) refuse(text);
        const std::chrono::milliseconds after(number_in(word.substr(1), kLongest, text));
        if (!story.marks.empty() && after < story.marks.back().after) refuse(text);
        story.marks.push_back({static_cast<StoryStep>(word.front()), after});
    }
    return story;
}

}  // namespace halfday
