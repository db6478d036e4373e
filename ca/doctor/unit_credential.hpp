#pragma once

#include <optional>
#include <string_view>

#include "ca/base/file.hpp"

namespace halfday {

/// The absolute path that a unit's `LoadCredential=` names for kIssuerCredential, in what `systemctl cat` shows of it;
/// the last one, as systemd has it. Nothing where it is encrypted or a socket's, or there is none.
[[nodiscard]] std::optional<Path> credential_file(std::string_view unit);

}  // namespace halfday
