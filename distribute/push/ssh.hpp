#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/file.hpp"
#include "ca/exchange/inventory.hpp"
#include "distribute/process/process.hpp"
#include "distribute/push/ending.hpp"

namespace halfday {

/// How the distributor's ssh is set up.
struct SshSetup {
    Path identity_key;
    /// Its lines begin with the inventory's name of a host (HostKeyAlias), whatever address the host is reached at.
    Path known_hosts;
    /// A folder of the distributor's own, for ssh's logs.
    Path state;
    /// A file of ssh_config_around, where the operator has an ssh_config (a jump host, another key exchange, a shared
    /// connection). What keeps the connection safe is on the command line and goes before it.
    std::optional<Path> config;
    Seconds connect_timeout{10};
};

/// OpenSSH's argv for one host. A changed or unknown host key, a prompt, a forwarding, another key than the
/// distributor's: none of them is possible. What ssh has to say goes to the file `log`, so that standard error is the
/// host's alone.
[[nodiscard]] std::vector<std::string> ssh_argv(const HostName& host, const SshReach& reach, const SshSetup& setup,
                                                const Path& log);

/// What `-F` names where there is an operator's ssh_config: that, and after it what holds unless that says otherwise.
[[nodiscard]] std::string ssh_config_around(const Path& operators);

/// Why an ssh that did not bring back an answer failed, and what to do: `finished` timed out, has a status other than
/// 0, or more output than was asked for. Only `log`, what ssh itself said, is believed of ssh. Everything that ssh or
/// the host wrote is escaped.
[[nodiscard]] NoAnswer explain_ssh_failure(const Finished& finished, const std::string& log, const HostName& host,
                                           const SshReach& reach, const SshSetup& setup);

}  // namespace halfday
