#pragma once

#include <string>
#include <string_view>

#include "ca/base/names.hpp"

namespace halfday {

// known_hosts as OpenSSH reads it (sshd(8)), keyed by the inventory's host name: the distributor's ssh runs with
// HostKeyAlias, so neither address nor port is part of the key.

/// Whether a line begins with the host's name.
[[nodiscard]] bool knows_host(std::string_view known_hosts, const HostName& host);
/// Without the host's lines.
[[nodiscard]] std::string without_host(std::string_view known_hosts, const HostName& host);
/// With `key` ("TYPE BASE64", a comment is dropped) as the host's one line. Throws Error{usage} for anything that is
/// not a key.
[[nodiscard]] std::string with_host(std::string_view known_hosts, const HostName& host, std::string_view key);

}  // namespace halfday
