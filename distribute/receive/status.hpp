#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "distribute/receive/record.hpp"
#include "distribute/receive/visit.hpp"

namespace halfday {

/// How an entry stands on this host, read from disk alone.
struct EntryStatus {
    EntryName entry;
    std::string live;                  // serial, "" for none
    std::optional<Time> not_after;     // of that
    std::optional<Time> requested_at;  // of the pending request
    Record record;
    std::string problem;  // what can't be read, "" when nothing
};
[[nodiscard]] std::vector<EntryStatus> read_status(const Receiver& receiver, Time now);

/// One thing that `check` looked at.
struct Finding {
    enum class Level {
        fine,
        warning,  // deliveries work, and yet
        wrong,
    };
    std::string what;  // what is so, or what is wrong
    Level level = Level::fine;
    std::string hint = {};  // what to do, "" when nothing is
};
[[nodiscard]] std::string_view to_text(Finding::Level level);

/// Whether deliveries will work: roots, owners, modes and groups, room, authorized_keys, login shell,
/// sudo, each web server's
/// configuration test, whether what is installed is whole, and whether that is what clients get, and for how long.
[[nodiscard]] std::vector<Finding> check_receiver(const Receiver& receiver, Time now);

}  // namespace halfday
