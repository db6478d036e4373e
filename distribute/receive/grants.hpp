#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/duration.hpp"
#include "ca/base/file.hpp"
#include "ca/base/general_name.hpp"
#include "ca/base/yaml_section.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/purpose.hpp"
#include "distribute/handshake/handshake.hpp"
#include "distribute/receive/server_kind.hpp"

namespace halfday {

/// Where HAProxy takes commands (management.txt 9.3 and 9.4).
struct ControlSocket {
    enum class Takes {
        certificates,  // runtime_socket: `set ssl cert`, without a reload
        reloads,       // master_socket
    } takes;
    Path path;
    bool operator==(const ControlSocket&) const = default;
};

/// One certificate that root lets this host serve, and how.
struct Grant {
    EntryName entry;
    std::vector<GeneralName> names;     // all that a certificate may hold; at least one
    Purpose purpose = Purpose::server;  // the widest that a certificate may have
    const ServerKind* server;           // never null
    Argv test = {};                     // the web server's configuration test
    Argv install = {};                  // command: takes the new files from where HALFDAY_FULLCHAIN and the others say
    Argv reload = {};
    std::optional<ControlSocket> socket = std::nullopt;
    std::optional<Endpoint> probe = std::nullopt;  // where the new certificate must be seen
    mode_t key_mode = 0600;                        // of privkey.pem and combined.pem
    std::string key_group = {};                    // "" for the receiver's own
};

/// What root lets this host accept: receiver.yaml, checked.
struct Grants {
    HostName host;
    std::vector<Path> roots;  // absolute; the first is whom requests are meant for
    Lifetime max_lifetime{Lifetime::kCeiling};
    std::vector<Grant> certificates;  // at least one, in the file's order

    [[nodiscard]] const Grant* find(const EntryName& entry) const;
};

/// The keys of receiver.yaml.
[[nodiscard]] const YamlSection& grants_section();

/// Relative roots are below `etc`. Throws Error{usage} with file:line:column.
[[nodiscard]] Grants parse_grants(std::string_view yaml, const Path& file, const Path& etc);
/// Reads receiver.yaml in `etc`, which root must own. Throws Error{not_found} with the hint to run init, Error{usage}.
[[nodiscard]] Grants read_grants(const Path& etc);
/// The pinned roots, which root must own. Throws Error{usage}, Error{corrupt}.
[[nodiscard]] std::vector<Certificate> read_roots(const Grants& grants);
/// What parse_grants reads.
[[nodiscard]] std::string to_yaml(const Grants& grants);

}  // namespace halfday
