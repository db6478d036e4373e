#include "cli/halfday/host_identity.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/file.hpp"
#include "ca/exchange/known_hosts.hpp"
#include "cli/common/terminal.hpp"
#include "cli/halfday/relay.hpp"
#include "cli/halfday/service.hpp"
#include "cli/halfday/setup.hpp"
#include "distribute/process/process.hpp"

namespace halfday {
namespace {

/// The lines of another user's program: root's terminal gets nothing of it raw.
void print_foreign_lines(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        fmt::print(stderr, "{}\n", made_visible(line));
    }
}

/// What the distributor says of the candidate, said of what it was made from.
std::string with_what_was_given(std::string text, const Places& places, const Path& candidate) {
    const std::string name = "'" + candidate.string() + "'";
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
        text.replace(at, name.size(), "--host-key or '" + places.known_hosts().string() + "'");
    }
    return text;
}

}  // namespace

std::string known_hosts_with(const Places& places, const HostToAdd& host) {
    std::string known = read_file_if_there(places.known_hosts(), kMostKnownHostsBytes).value_or("");
    if (host.ssh_host_key) {
        return with_host(known, host.name, *host.ssh_host_key);
    }
    if (std::holds_alternative<SshReach>(host.reach) && !knows_host(known, host.name)) {
        throw Error(
            ErrorKind::usage,
            fmt::format("the SSH host key of '{}' is not in {}", host.name.text(), places.known_hosts().string()),
            "pass --host-key with the first two words of the web server's /etc/ssh/ssh_host_ed25519_key.pub");
    }
    return known;
}

KnownHostsCandidate::KnownHostsCandidate(const Places& places, const HostToAdd& host)
    : path_(places.etc / (".known_hosts." + host.name.text())) {
    replace_file(path_, known_hosts_with(places, host), {.mode = kPublic});
}

KnownHostsCandidate::~KnownHostsCandidate() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

ShownHost fetch_shown(const Places& places, const HostToAdd& host, const Path& known_hosts) {
    const Finished finished =
        run_process(Command{.argv = service_argv(kDistributorService, places,
                                                 {"fetch-identity", "--host", host.name.text(), "--reach",
                                                  to_text(host.reach), "--known-hosts", known_hosts}),
                            .input = {},
                            .environment = {},
                            .deadline = std::chrono::seconds{60},
                            .user = find_user(kDistributorUser)});
    if (finished.status != 0) {
        print_foreign_lines(with_what_was_given(finished.error, places, known_hosts));
        throw Error(ErrorKind::remote, fmt::format("'{}' gave no identity; nothing was changed", host.name.text()));
    }
    ShownHost shown{parse_identity(finished.out.substr(0, finished.out.find('\n'))), {}};
    constexpr std::string_view kEntry = "entry ";
    std::istringstream lines(finished.out);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(kEntry)) shown.entries.push_back(EntryName::parse(line.substr(kEntry.size())).text());
    }
    return shown;
}

void warn_of_unknown_entries(const HostToAdd& host, const ShownHost& shown) {
    if (shown.entries.empty()) return;
    for (const Entry& entry : host.certificates) {
        const std::string& name = entry.name.text();
        if (std::find(shown.entries.begin(), shown.entries.end(), name) != shown.entries.end()) continue;
        print_warning("halfday",
                      fmt::format("{} has no entry '{}' in its receiver.yaml, but {}", host.name.text(), name,
                                  fmt::join(shown.entries, ", ")),
                      fmt::format("add it there ('halfday-receiver init' did so for the first), or call it as it is "
                                  "called there: --certificate {}=…",
                                  shown.entries.front()));
    }
}

void confirm_identity(const HostToAdd& host, const PublicKey& identity) {
    if (host.confirmed) {
        if (*host.confirmed != identity.fingerprint()) {
            throw Error(ErrorKind::remote,
                        fmt::format("the identity of '{}' is {}, not {}; nothing was changed", host.name.text(),
                                    identity.fingerprint().text(), host.confirmed->text()),
                        "compare with what halfday-receiver init printed on that host");
        }
        return;
    }
    fmt::print("identity of {}: {}\n", host.name.text(), identity.fingerprint().text());
    static_cast<void>(std::fflush(stdout));
    const std::string answer =
        prompt_line("is that what halfday-receiver init printed on the host? (yes/no)", "--confirm FINGERPRINT");
    if (answer != "yes") {
        throw Error(
            ErrorKind::remote,
            fmt::format("the identity of '{}' was not confirmed; nothing was changed", host.name.text()),
            "'halfday-receiver init' shows it again on that host; compare all 8 groups, and answer yes in full");
    }
}

}  // namespace halfday
