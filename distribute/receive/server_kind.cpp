// All that tells one kind of web server from another: a new kind is a new element of the table. The paths are Debian's.
//
// A FIFO in place of a key hangs a configuration test, and what sudo started can't be killed by us: so `timeout` is
// under it. `systemctl reload`, unlike a program's own reload command, never starts a server that is down.

#include "distribute/receive/server_kind.hpp"

#include <algorithm>
#include <array>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "distribute/receive/places.hpp"

namespace halfday {
namespace {

Argv followed_by(Argv argv, const Argv& arguments) {
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return argv;
}

Argv in_time(const Argv& arguments) { return followed_by({"/usr/bin/timeout", "10"}, arguments); }
Argv as_root(const Argv& arguments) { return followed_by({"sudo", "-n"}, in_time(arguments)); }
Argv as_user(const char* user, const Argv& arguments) {
    return followed_by({"sudo", "-n", "-u", user}, in_time(arguments));
}

const std::array<ServerKind, 5>& kinds() {
    static const std::array<ServerKind, 5> all{{
        {.name = "nginx",
         .file = kFullChainFile,
         .test = as_root({"/usr/sbin/nginx", "-t"}),
         .reload = as_root({"/usr/sbin/nginx", "-s", "reload"})},
        // Its test passes with a pair that does not match, whose reload ends it; a reload may take over a second.
        {.name = "apache",
         .file = kFullChainFile,
         .test = as_root({"/usr/sbin/apache2ctl", "-t"}),
         .reload = as_root({"/usr/bin/systemctl", "reload", "apache2.service"})},
        {.name = "haproxy",
         .file = kCombinedFile,
         .test = as_root({"/usr/sbin/haproxy", "-c", "-f", "/etc/haproxy/haproxy.cfg"}),
         .reload = as_root({"/usr/bin/systemctl", "reload", "haproxy.service"}),
         .has_sockets = true},
        // Without --force it takes no new files and says that all is well. As root, its test leaves log files behind
        // that the server can't write; its reload is a request to a loopback port that any local user may make.
        {.name = "caddy",
         .file = kFullChainFile,
         .test = as_user("caddy", {"/usr/bin/caddy", "validate", "--config", "/etc/caddy/Caddyfile"}),
         .reload = in_time({"/usr/bin/caddy", "reload", "--force", "--config", "/etc/caddy/Caddyfile"})},
        {.name = "command",
         .file = kFullChainFile,
         .probe = std::nullopt,
         .commands = ServerKind::Commands::of_an_entry},
    }};
    return all;
}

}  // namespace

const ServerKind* parse_server_kind(const std::string& name) {
    const auto found =
        std::find_if(kinds().begin(), kinds().end(), [&](const ServerKind& kind) { return kind.name == name; });
    if (found != kinds().end()) return found;
    throw Error(ErrorKind::usage, "'" + printable(name) + "' is no web server that is known: " + server_kind_names());
}

std::string server_kind_names() {
    std::string names;
    for (const ServerKind& kind : kinds()) names += (names.empty() ? "" : ", ") + std::string(kind.name);
    return names;
}

}  // namespace halfday
