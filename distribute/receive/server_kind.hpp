#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "distribute/handshake/handshake.hpp"

namespace halfday {

/// An argument list to run; empty for nothing to do.
using Argv = std::vector<std::string>;

/// What a kind of web server does unless receiver.yaml says otherwise. docs/web-servers.md has each kind's pitfalls.
struct ServerKind {
    enum class Commands {
        of_the_server,  // one test and one reload do for all entries that have the same
        of_an_entry,    // told which one by their environment; `install` is among them
    };

    std::string_view name;  // as receiver.yaml says it
    std::string_view file;  // the one of a version that its configuration names first
    Argv test = {};
    Argv reload = {};
    std::optional<Endpoint> probe = Endpoint{"127.0.0.1", 443};
    Commands commands = Commands::of_the_server;
    bool has_sockets = false;  // runtime_socket and master_socket, as HAProxy has them
};

/// The kind of that name; never null, and there as long as the program. Throws Error{usage} that names all kinds.
[[nodiscard]] const ServerKind* parse_server_kind(const std::string& name);
/// "nginx, apache, …", for a text.
[[nodiscard]] std::string server_kind_names();

}  // namespace halfday
