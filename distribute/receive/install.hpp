#pragma once

#include <optional>
#include <string>

#include "ca/base/clock.hpp"
#include "ca/exchange/message.hpp"
#include "ca/x509/chain.hpp"
#include "ca/x509/key.hpp"
#include "distribute/receive/grants.hpp"
#include "distribute/receive/places.hpp"
#include "distribute/receive/versions.hpp"

namespace halfday {

// How a chain that may be installed becomes what clients get: check the pair, test the web server's configuration,
// write a version, note it in the journal, flip live/ENTRY to it, test, reload, look; and back again where that was
// wrong.

/// One cycle: an old version with less life than this is not worth going back to.
constexpr auto kCycle = std::chrono::hours{4};

/// What happened after the flip.
struct Attempt {
    bool tested_before = true;  // the configuration test passed before the flip
    bool tested_after = true;   // and after it
    bool taken = true;          // install and reload worked
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

/// A configuration that was broken before the flip is not the new version's fault, nor is a web server that did not
/// serve the old one: then nothing is gained by going back.
[[nodiscard]] Next next_step(const Attempt& attempt);

/// How an installation ended, as its receipt says it.
struct Installed {
    Serial attempted;
    Outcome outcome = Outcome::proved;
    std::string reason = {};
};

/// Where and when an entry's version is installed.
struct Site {
    const ReceiverPlaces& places;
    const Grant& grant;
    Time now;
};

/// Installs a chain that may_install accepted, with its key. When it throws, live/ENTRY is as it was or the journal
/// says what is to be finished. Throws Error{corrupt} when key and certificate are no pair, Error{usage}, Error{io}.
[[nodiscard]] Installed install(const Site& site, const Chain& chain, const PrivateKey& key);
/// Finishes or undoes what a crash cut short, as far as it had come; nothing where there is nothing to do, or nothing
/// had happened yet. A journal that can't be read is set aside, and nothing is done about it.
[[nodiscard]] std::optional<Installed> finish_cut_short(const Site& site);
/// Tries again to have the live version served that was left unproved: looks, and reloads if need be and it passes the
/// configuration test.
[[nodiscard]] Installed prove_again(const Site& site, const LiveVersion& live);

}  // namespace halfday
