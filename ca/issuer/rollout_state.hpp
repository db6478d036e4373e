#pragma once

#include <optional>
#include <string>

#include "ca/base/file.hpp"
#include "ca/issuer/rollout.hpp"

namespace halfday {

/// What `file` remembers of the rollout of `newer` (RolloutState::newer). Nothing when it is of another, or can't be
/// read: the entries show how far it is.
[[nodiscard]] std::optional<RolloutState> load_rollout(const Path& file, const std::string& newer);

/// Remembers the state in `file`, if it is another than the one there. Throws Error{io}.
void save_rollout(const Path& file, const RolloutState& state);

}  // namespace halfday
