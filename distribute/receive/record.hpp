#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ca/base/clock.hpp"
#include "ca/exchange/message.hpp"
#include "distribute/receive/places.hpp"

namespace halfday {

/// What became of an entry's newest delivery: what its receipts say, kept between runs.
struct Record {
    Outcome outcome = Outcome::none;
    std::string attempted;          // serial (hex) of the newest delivery, "" for none or one that was no chain
    std::string reason;             // at most 500 bytes
    std::string proved;             // serial (hex) of the version that a handshake showed last, "" for none
    std::optional<Time> proved_at;  // when
    std::string story = {};         // to_text(Story) of the visit that says this, "" for one before there were any
    bool operator==(const Record&) const = default;
};

/// An empty one where there is none. Throws Error{corrupt}.
[[nodiscard]] Record read_record(const ReceiverPlaces& places, const EntryName& entry);
/// On disk on return; writes nothing when it is there already. Throws Error{io}.
void write_record(const ReceiverPlaces& places, const EntryName& entry, const Record& record);

/// A number greater than any before it, on disk before it is returned. Throws Error{io}, Error{corrupt}.
[[nodiscard]] std::uint64_t next_counter(const ReceiverPlaces& places);

}  // namespace halfday
