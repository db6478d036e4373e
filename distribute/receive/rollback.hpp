#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "distribute/receive/install.hpp"
#include "distribute/receive/versions.hpp"
#include "distribute/receive/visit.hpp"

namespace halfday {

/// The folder to go back to by hand: of the other versions that end no later than the live one and are valid at `now`,
/// the one that ends last.
[[nodiscard]] std::optional<std::string> newest_before(const std::vector<StoredVersion>& versions,
                                                       const StoredVersion& live, Time now);

/// From the live version to an older one, both on disk.
struct Rollback {
    Serial from;
    Time from_not_after;
    Serial to;
    Time to_not_after;
};
/// What roll_back_by_hand would do. Throws Error{not_found} when nothing is live, or no older version is valid and a
/// pair.
[[nodiscard]] Rollback plan_rollback(const Receiver& receiver, const EntryName& entry, Time now);

/// Installs the older version as a delivery would be installed: journaled, tested, reloaded, proved, and back to the
/// one that was live when it is not. Alone (a lock is held). The next receipt says `rolled_back` of the version that
/// was given up; the next renewal replaces both. Throws what plan_rollback throws, Error{usage} when a delivery was cut
/// short, which is finished first, and Error{io}.
struct RolledBack {
    Rollback plan;
    Installed end;  // of plan.to
};
[[nodiscard]] RolledBack roll_back_by_hand(const Receiver& receiver, const EntryName& entry, Time now);

}  // namespace halfday
