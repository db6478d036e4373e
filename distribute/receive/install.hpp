#pragma once

#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/message.hpp"
#include "distribute/receive/flip.hpp"
#include "distribute/receive/web_server.hpp"

namespace halfday {

// How versions become what clients get: note each flip in the journal, flip live/ENTRY, test the web server's
// configuration, reload, look; and back again where that was wrong.

/// One cycle: an old version with less life than this is not worth going back to.
constexpr auto kCycle = std::chrono::hours{4};

/// What happened after the flip.
struct Attempt {
    bool tested = true;          // the configuration test passed
    bool fails_without = false;  // it fails with the old version too
    bool taken = true;           // install and reload worked
    bool has_probe = true;
    bool new_is_served = true;
    bool old_was_served = true;       // before the flip
    std::optional<Seconds> old_left;  // the old version's life; nothing without one
};

enum class Next {
    proved,
    keep,       // stay on the new version, unproved
    take_back,  // the test fails because of the new version: the old one, without a reload
    roll_back,  // the old version, and a reload
};

/// A configuration that is broken without it too is not the new version's fault, nor is a web server that did not
/// serve the old one: then nothing is gained by going back.
[[nodiscard]] Next next_step(const Attempt& attempt);

/// How an installation ended, as its receipt says it.
struct Installed {
    Serial attempted;
    Outcome outcome = Outcome::proved;
    std::string reason = {};
    Seen seen = {};  // what clients get, where that proved it
};

/// What it says, with the hint of an Error.
[[nodiscard]] std::string text_of(const std::exception& failure);

/// Makes the flips of entries that share a web server, at least one, and says in the same order how each ended: one
/// test and one reload for all, and one more reload for those that go back. Where the new versions together break the
/// configuration test, each is tried alone. An entry whose files can't be written is `failed` and stops no other; its
/// journal says what is to be finished then.
[[nodiscard]] std::vector<Installed> have_served(std::vector<Flip> flips);

/// A live version that was left unproved.
struct Unproved {
    Site site;
    LiveVersion live;
};
/// Tries again to have them served by the web server that they share: looks, and reloads once if need be and it passes
/// the configuration test.
[[nodiscard]] std::vector<Installed> prove_again(const std::vector<Unproved>& versions);

}  // namespace halfday
