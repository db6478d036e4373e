#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "ca/base/file.hpp"
#include "ca/base/names.hpp"

namespace halfday {

// The operator's own way to a host: their ssh, ssh_config, agent and keys. Where sudo started this, that is the user
// who called sudo. Nothing is asked and no new host key is accepted.

/// The plain key that the operator's known_hosts files have for ssh's destination ("ssh-ed25519 AAAA…"): an ed25519
/// one, if there is one. Nothing where they have none; a certificate authority's line counts as none, and so does a key
/// that a line of theirs revokes.
[[nodiscard]] std::optional<std::string> operators_host_key(const std::string& destination);

struct OperatorSsh {
    std::string destination;  // is_ssh_destination
    HostName host;            // that known_hosts has the key of, whatever the address is
    Path known_hosts;         // this file alone

    /// What `command`, which remote_command made or which is constant, prints there. Throws Error{remote} with ssh's or
    /// the command's own words.
    [[nodiscard]] std::string run(const std::string& command, const std::string& input,
                                  std::chrono::seconds deadline) const;
};

}  // namespace halfday
