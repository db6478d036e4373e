#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ca/base/file.hpp"
#include "ca/base/general_name.hpp"
#include "ca/exchange/certificate_policy.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

/// ssh://USER@HOST:PORT; the user is [a-z_][a-z0-9_-]*, the host a name or an IP address, the port 22 when left out.
struct SshReach {
    std::string user;
    std::string host;
    std::uint16_t port = 22;
    bool operator==(const SshReach&) const = default;
};

/// unix:/absolute/path of a socket whose unit starts a receiver.
struct UnixReach {
    Path socket;
    bool operator==(const UnixReach&) const = default;
};

using Reach = std::variant<SshReach, UnixReach>;
/// Throws Error{usage}.
[[nodiscard]] Reach parse_reach(std::string_view text);
[[nodiscard]] std::string to_text(const Reach& reach);

/// "ed25519:" and the base64 of the SubjectPublicKeyInfo. Throws Error{usage} for any other form or key type.
[[nodiscard]] PublicKey parse_identity(std::string_view text);
[[nodiscard]] std::string identity_text(const PublicKey& key);

/// A certificate that a host is to serve.
struct Entry {
    EntryName name;
    std::vector<GeneralName> names;  // at least one, no doubles
};

/// One web server, as /etc/halfday/hosts.d/HOST.yaml has it.
struct Host {
    HostName name;
    Reach reach;
    PublicKey identity;
    std::vector<Entry> certificates;                       // at least one, in the file's order
    std::shared_ptr<const PolicyChange> policy = nullptr;  // null: the settings' policy as it is

    [[nodiscard]] const Entry* find(const EntryName& entry) const;
};

/// Every host, sorted by name.
struct Inventory {
    std::vector<Host> hosts;

    [[nodiscard]] const Host* find(const HostName& name) const;
};

/// The keys of a host's file.
[[nodiscard]] const YamlSection& host_section();

/// Parses one host's file; its name must be `name`. Throws Error{usage} with file:line:column.
[[nodiscard]] Host parse_host(std::string_view yaml, const HostName& name, const std::string& file);
/// Reads every *.yaml in the folder, all of which root must own. Left out are names that begin with a dot, and what
/// editors and dpkg leave behind (*~, *.bak, *.swp, *.orig, *.dpkg-*); any other name is refused. An identity that two
/// hosts share is refused with both names. Throws Error{usage}.
[[nodiscard]] Inventory read_inventory(const Path& folder);
/// What parse_host reads.
[[nodiscard]] std::string to_yaml(const Host& host);

}  // namespace halfday
