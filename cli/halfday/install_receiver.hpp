#pragma once

#include <string>
#include <vector>

#include "ca/exchange/inventory.hpp"
#include "ca/exchange/places.hpp"
#include "ca/x509/key.hpp"
#include "cli/halfday/operator_ssh.hpp"

namespace halfday {

/// What `--install` was given.
struct Installation {
    std::string via;     // the operator's ssh destination
    Path receiver;       // the static program
    std::string server;  // these are for init; "" for its default
    std::string probe;
    std::string mode;
    std::string group;
    std::string from;
};

/// The static halfday-receiver that belongs to this program. Throws Error{not_found}.
[[nodiscard]] Path find_static_receiver();

/// The receiver's arguments for one certificate of `host`.
[[nodiscard]] std::vector<std::string> init_arguments(const Places& places, const HostName& host, const Reach& reach,
                                                      const Entry& certificate, const Installation& installation);

/// What install_receiver would do, a line each.
[[nodiscard]] std::vector<std::string> describe_installation(const Places& places, const HostName& host,
                                                             const Reach& reach, const Entry& certificate,
                                                             const Installation& installation);

/// Copies the receiver over the operator's ssh and has it make user, identity, grants, authorized_keys and sudoers
/// there, as root or by sudo. May be done again. Prints each step; returns the host's identity. Throws Error{remote}.
[[nodiscard]] PublicKey install_receiver(const Places& places, const OperatorSsh& ssh, const Reach& reach,
                                         const Entry& certificate, const Installation& installation);

/// The reverse. Prints each step. Throws Error{remote}.
void uninstall_receiver(const OperatorSsh& ssh, const std::string& user);

}  // namespace halfday
