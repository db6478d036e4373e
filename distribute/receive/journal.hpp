#pragma once

#include <optional>
#include <string>

#include "ca/x509/serial.hpp"
#include "distribute/receive/places.hpp"

namespace halfday {

/// What an installation was about when it was cut short: written before the live link is flipped, again before it is
/// flipped back, removed at the end.
struct JournalEntry {
    enum class Direction {
        forward,  // live may be the old version still (then nothing has happened), or the new one
        back,     // the new one was given up; live may be either
    };
    Direction direction = Direction::forward;
    Serial to;                    // the new version
    std::optional<Serial> from;   // the old one, if there was one
    bool old_was_served = false;  // clients got the old version before the flip
    std::string reason;           // back: why; at most 1000 bytes are kept
    bool operator==(const JournalEntry&) const = default;
};

/// Nothing where no installation was cut short. Throws Error{corrupt}.
[[nodiscard]] std::optional<JournalEntry> read_journal(const ReceiverPlaces& places, const EntryName& entry);
/// On disk on return. Throws Error{io}.
void write_journal(const ReceiverPlaces& places, const EntryName& entry, const JournalEntry& journal);
/// Moves one that can't be read to journal/ENTRY.damaged. Throws Error{io}.
void set_journal_aside(const ReceiverPlaces& places, const EntryName& entry);
void remove_journal(const ReceiverPlaces& places, const EntryName& entry);

}  // namespace halfday
