#pragma once

#include <chrono>

#include "ca/exchange/story.hpp"

namespace halfday {

/// Writes down when what happens in one entry's visit, as it happens.
class StoryLog {
   public:
    explicit StoryLog(Time now) : story_{now, {}} {}

    void mark(StoryStep step) {
        const auto after = std::chrono::steady_clock::now() - begin_;
        story_.marks.push_back({step, std::chrono::duration_cast<std::chrono::milliseconds>(after)});
    }
    [[nodiscard]] bool is_empty() const { return story_.marks.empty(); }
    [[nodiscard]] std::string text() const { return to_text(story_); }

   private:
    Story story_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace halfday
