#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/exchange/inventory.hpp"
#include "ca/exchange/places.hpp"
#include "ca/x509/fingerprint.hpp"
#include "cli/halfday/install_receiver.hpp"

namespace halfday {

enum class Mode { real, dry_run };

/// What `halfday host add` was given.
struct HostToAdd {
    HostName name;
    Reach reach;
    std::vector<Entry> certificates;
    std::optional<std::string> ssh_host_key;  // "ssh-ed25519 AAAA…"; without it known_hosts must have the host already
    std::optional<Fingerprint> confirmed;     // of the identity; asked for at the prompt without it
    std::optional<Installation> installation = std::nullopt;  // over the operator's own ssh, where it is to be made
};

/// Fetches the host's identity over SSH, has its fingerprint confirmed, and writes known_hosts and hosts.d/HOST.yaml.
/// Throws Error{usage} when the host is there already, a name is outside the root's constraints, the SSH host key is
/// not known, or the fingerprint differs; nothing is changed then. With an installation the receiver is put on the host
/// before, its identity needs no confirmation, since the operator's ssh brings it, a host that is there already with
/// the same facts is none that is refused, and its first certificate is delivered after. Returns the exit status.
[[nodiscard]] int add_host(const Places& places, const HostToAdd& host, Mode mode);
/// What `halfday host rekey` was given.
struct Rekeying {
    HostName host;
    std::optional<std::string> ssh_host_key;  // where that is another one too
    std::optional<Fingerprint> confirmed;
};

/// Fetches the identity of a host that was installed anew, has it confirmed, and puts it in place of the old one; all
/// else in the host's file stays. Nothing changes when it is the same and no SSH host key was given, or Error is
/// thrown: as add_host does. Returns the exit status.
[[nodiscard]] int rekey_host(const Places& places, const Rekeying& rekeying, Mode mode);
/// Removes both again. Throws Error{usage} for a host that is not there. Over `uninstall_via`, where it isn't empty,
/// the receiver is removed from the host before.
void remove_host(const Places& places, const HostName& name, const std::string& uninstall_via, Mode mode);
/// The inventory as a table, and as JSON.
[[nodiscard]] std::string hosts_table(const Inventory& inventory);
[[nodiscard]] std::string hosts_json(const Inventory& inventory);
/// One host's file as it stands.
[[nodiscard]] std::string show_host(const Places& places, const HostName& name);

/// "www=www.example.org,example.org": an entry and its names. Throws Error{usage}.
[[nodiscard]] Entry parse_entry(const std::string& text);

}  // namespace halfday
