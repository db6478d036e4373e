#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"

namespace halfday {

/// What a receiver does with a chain, step by step.
enum class StoryStep : char {
    resumed = 'u',   // what a crash had cut short
    received = 'r',  // the chain is here
    staged = 's',    // may be installed, and is on disk beside the live one
    tested = 't',    // the web server's configuration test passed
    test_failed = 'T',
    flipped = 'f',       // the live link points to the new one
    flipped_back = 'b',  // and to the old one again
    reloaded = 'l',      // the web server was told
    reload_failed = 'L',
    seen = 'h',      // a handshake showed the certificate that is live
    not_seen = 'H',  // it didn't, until the patience ended
};

/// An entry's newest visit as its host tells it: by the host's clock, to the millisecond from its beginning on.
struct Story {
    struct Mark {
        StoryStep step;
        std::chrono::milliseconds after;
        bool operator==(const Mark&) const = default;
    };
    Time began;
    std::vector<Mark> marks;
    bool operator==(const Story&) const = default;
};

constexpr std::size_t kMostMarks = 16;
constexpr std::size_t kMostStoryBytes = 200;

/// "1795000000 r0 s2 t31 f33 t60 l91 h140": as receipts, records and snapshots have it. Marks past kMostMarks are left
/// out.
[[nodiscard]] std::string to_text(const Story& story);
/// The reverse; a time that goes back, a step of another name or anything else that to_text does not write is refused.
/// Throws Error{corrupt}.
[[nodiscard]] Story parse_story(std::string_view text);

}  // namespace halfday
