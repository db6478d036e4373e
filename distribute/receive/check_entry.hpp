#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "ca/x509/chain.hpp"
#include "distribute/receive/status.hpp"
#include "distribute/receive/web_server.hpp"

namespace halfday {

/// Whether each certificate of the chain was issued by the one after it.
[[nodiscard]] bool is_in_order(const Chain& chain);

/// What clients get of an entry.
struct Served {
    Chain chain;                              // at least its leaf
    std::optional<Seconds> session_lifetime;  // nothing where it can't be told
};
/// Whether that is the installed chain, and whether a session of now would be gone on with past its certificate's end.
/// `installed` is empty before the first delivery.
[[nodiscard]] std::vector<Finding> judge_served(const Served& served, const Chain& installed, Time now);

/// For how long a visit may look at what clients get, for all of its findings together: it holds the lock, and whoever
/// asked waits for its answer. A steady clock's.
using LookDeadline = std::chrono::steady_clock::time_point;
constexpr std::chrono::milliseconds kLooksOfVisit{2'000};

/// What is not fine of the entry's installed version and of what clients get, for a receipt: kMostFindingsBytes of
/// lines (ca/exchange/findings.hpp). `proof` is what was seen in this visit; where nothing was, it makes one handshake
/// before the deadline, and none after it. (Just after a reload a worker that is about to end may still show the
/// certificate before.) Runs no command.
[[nodiscard]] std::string findings_for_receipt(const Receiver& receiver, const Grant& grant, const Seen& proof,
                                               LookDeadline until, Time now);

/// The entry's installed version, its web server's configuration test, and what clients get. Throws Error{corrupt}.
[[nodiscard]] std::vector<Finding> check_entry(const Receiver& receiver, const Grant& grant, Time now);

}  // namespace halfday
