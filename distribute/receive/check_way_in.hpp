#pragma once

#include <string_view>
#include <vector>

#include "ca/base/file.hpp"
#include "distribute/receive/status.hpp"

namespace halfday {

/// Each line of `text`, an authorized_keys file at `file`, whose key could do more than run the receiver: it lacks
/// `restrict` or a forced `command` (sshd(8), AUTHORIZED_KEYS FILE FORMAT).
[[nodiscard]] std::vector<Finding> judge_authorized_keys(std::string_view text, const Path& file);

/// Whether the distributor's SSH key can run the receiver and nothing else, as far as this user's authorized_keys says.
/// That there is none is no fault where somebody was here already, by another way; nothing is said of a user whose home
/// isn't the receiver's state, and who may be let in for more. Throws Error{io}.
[[nodiscard]] std::vector<Finding> check_way_in(const ReceiverPlaces& places);

/// Whether the disk of `folder` has room for a delivery. Throws nothing.
[[nodiscard]] std::vector<Finding> check_room(const Path& folder);

}  // namespace halfday
