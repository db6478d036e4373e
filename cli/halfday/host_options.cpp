#include "cli/halfday/host_options.hpp"

#include <optional>
#include <variant>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "cli/common/remote_command.hpp"

namespace halfday {
namespace {

Installation installation_of(const HostOptions& options, const HostToAdd& host) {
    if (host.certificates.size() != 1 || !std::holds_alternative<SshReach>(host.reach)) {
        throw Error(ErrorKind::usage, "--install is for one certificate and a host that is reached by ssh",
                    "add the others on the host in receiver.yaml, then in the inventory");
    }
    Installation installation = options.installation;
    installation.via = via_of(options);
    if (installation.receiver.empty()) {
        installation.receiver = find_static_receiver();
    }
    return installation;
}

std::optional<Fingerprint> confirmed_by(const HostOptions& options) {
    return options.confirm.empty() ? std::nullopt : std::optional(Fingerprint::parse(options.confirm));
}

std::optional<std::string> host_key_of(const HostOptions& options) {
    return options.host_key.empty() ? std::nullopt : std::optional(options.host_key);
}

}  // namespace

HostToAdd host_to_add(const HostOptions& options) {
    HostToAdd host{HostName::parse(options.host),
                   parse_reach("ssh://halfday-receiver@" + options.host),
                   {},
                   host_key_of(options),
                   confirmed_by(options)};
    if (!options.reach.empty()) {
        host.reach = parse_reach(options.reach);
    }
    for (const std::string& certificate : options.certificates) {
        host.certificates.push_back(parse_entry(certificate));
    }
    if (host.certificates.empty()) {
        host.certificates.push_back(parse_entry("www=" + host.name.text()));
    }
    if (options.install) {
        host.installation = installation_of(options, host);
    }
    return host;
}

Rekeying rekeying_of(const HostOptions& options) {
    return {HostName::parse(options.host), host_key_of(options), confirmed_by(options)};
}

std::string via_of(const HostOptions& options) {
    std::string via = options.via.empty() ? options.host : options.via;
    if (!is_ssh_destination(via)) {
        throw Error(ErrorKind::usage, "'" + printable(via) + "' is no destination for ssh",
                    "for example root@web1.example.org, or a Host of your ssh_config");
    }
    return via;
}

}  // namespace halfday
