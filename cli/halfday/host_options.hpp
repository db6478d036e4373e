#pragma once

#include <string>
#include <vector>

#include "cli/halfday/hosts.hpp"

namespace halfday {

/// What the command line says of a host, as it was typed; what is empty was not given.
struct HostOptions {
    std::string host;
    std::string reach;
    std::vector<std::string> certificates;
    std::string host_key;
    std::string confirm;
    std::string via;
    bool install = false;
    Installation installation;
};

/// Checks them. Throw Error{usage}.
[[nodiscard]] HostToAdd host_to_add(const HostOptions& options);
[[nodiscard]] Rekeying rekeying_of(const HostOptions& options);
/// The destination of the operator's ssh: `via`, or the host itself.
[[nodiscard]] std::string via_of(const HostOptions& options);

}  // namespace halfday
