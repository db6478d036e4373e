#pragma once

#include <string_view>
#include <vector>

#include "distribute/receive/grants.hpp"
#include "distribute/receive/status.hpp"

namespace halfday {

/// Whether sshd can run the forced command with this login shell of the receiver's user.
[[nodiscard]] std::vector<Finding> judge_shell(std::string_view shell, std::string_view user);

/// What to ask sudo, so that it says by its status whether it permits the command; empty for one without sudo.
[[nodiscard]] Argv question_for_sudo(const Argv& argv);

/// This process's user: its login shell, and whether sudo permits the tests, installs and reloads of the grants and no
/// shell. Nothing is asked of sudo for root, or where no command needs it. Throws Error{not_found}, Error{io}.
[[nodiscard]] std::vector<Finding> check_rights(const Grants& grants);

}  // namespace halfday
