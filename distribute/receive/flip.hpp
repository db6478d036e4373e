#pragma once

#include <optional>

#include "ca/base/clock.hpp"
#include "ca/x509/chain.hpp"
#include "ca/x509/key.hpp"
#include "distribute/receive/grants.hpp"
#include "distribute/receive/journal.hpp"
#include "distribute/receive/places.hpp"
#include "distribute/receive/story_log.hpp"
#include "distribute/receive/versions.hpp"

namespace halfday {

/// Where and when an entry's version is installed.
struct Site {
    const ReceiverPlaces& places;
    const Grant& grant;
    Time now;
    StoryLog* story = nullptr;  // where the entry's visit is told step by step

    void mark(StoryStep step) const {
        if (story != nullptr) story->mark(step);
    }
};

/// One entry's change from a version to another, both of which are on disk: the journal's entry, and the certificates
/// on both sides.
struct Flip {
    Site site;
    JournalEntry journal;
    Certificate to;
    std::optional<Certificate> from;
    bool is_journaled = false;  // a run before this one began it

    [[nodiscard]] bool goes_back() const { return journal.direction == JournalEntry::Direction::back; }
    [[nodiscard]] std::optional<Seconds> old_left() const;
};

/// Writes the version of a chain that may_install accepted; the live one is as it was. Throws Error{corrupt} when key
/// and certificate are no pair, Error{usage}, Error{io}.
[[nodiscard]] Flip prepare(const Site& site, const Chain& chain, const PrivateKey& key);

/// What a crash cut short after the live link had changed, or on the way back; nothing where there is nothing to do, or
/// nothing had happened yet. A journal that can't be read is set aside, and nothing is done about it.
[[nodiscard]] std::optional<Flip> cut_short(const Site& site);

}  // namespace halfday
