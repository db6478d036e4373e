#include "distribute/receive/web_server.hpp"

#include <algorithm>
#include <array>
#include <thread>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "distribute/process/process.hpp"
#include "distribute/receive/haproxy.hpp"

namespace halfday {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kCommandDeadline{15'000};  // above the 10 s of the `timeout` that runs under sudo
constexpr milliseconds kProofTicketPatience{20};  // a server that gives one sends it at once
constexpr milliseconds kFirstPause{1};            // doubled up to the longest
constexpr milliseconds kLongestPause{16};
constexpr std::size_t kMostLineBytes = 250;

/// What nginx, Apache, HAProxy, Caddy and sudo write of less than errors.
bool is_aside(std::string_view line) {
    constexpr std::array kMarks{"[warn]",
                                "[notice]",
                                "[NOTICE]",
                                "[WARNING]",
                                R"("level":"info")",
                                R"("level":"warn")",
                                "sudo: unable to resolve host"};
    return std::any_of(kMarks.begin(), kMarks.end(),
                       [&](const char* mark) { return line.find(mark) != std::string_view::npos; });
}

std::string next_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

std::string first_line(std::string_view text) {
    std::string fallback;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        if (!is_aside(line)) return std::string(line) + (line.ends_with(':') ? " " + next_line(text) : "");
        if (fallback.empty()) fallback = line;
    }
    return fallback;
}

std::string describe_end(const Argv& argv, const Finished& finished) {
    const std::string program = "'" + printable(argv.front()) + "'";
    if (finished.timed_out)
        return program + " did not end within " + std::to_string(kCommandDeadline.count() / 1000) + " s";
    const std::string line = telling_line(finished.out, finished.error);
    return line.empty() ? program + " ended with status " + std::to_string(finished.status) : line;
}

template <class Request>
CommandResult ask(Request request) {
    try {
        request();
        return {};
    } catch (const Error& error) {
        return {false, error.what()};
    }
}

}  // namespace

bool share_a_server(const Grant& one, const Grant& other) {
    return one.server == other.server && one.server->commands == ServerKind::Commands::of_the_server &&
           one.test == other.test && one.reload == other.reload && one.socket == other.socket;
}

std::string telling_line(std::string_view out, std::string_view error) {
    const std::string line = first_line(error);
    return printable(line.empty() ? first_line(out) : line, kMostLineBytes);
}

CommandResult WebServer::run(const Argv& argv, const Serial& serial) const {
    if (argv.empty()) return {};
    const Path live = places_.live_of(grant_.entry);
    Command command;
    command.argv = argv;
    command.deadline = kCommandDeadline;
    command.environment = {"HALFDAY_ENTRY=" + grant_.entry.text(), "HALFDAY_SERIAL=" + serial.hex(),
                           "HALFDAY_FULLCHAIN=" + (live / kFullChainFile).string(),
                           "HALFDAY_PRIVKEY=" + (live / kPrivateKeyFile).string(),
                           "HALFDAY_COMBINED=" + (live / kCombinedFile).string()};
    try {
        const Finished finished = run_process(command);
        if (finished.status == 0 && !finished.timed_out) return {};
        return {false, describe_end(argv, finished)};
    } catch (const Error& error) {
        return {false, error.what()};
    }
}

CommandResult WebServer::test(const Serial& serial) const { return run(grant_.test, serial); }

CommandResult WebServer::give_live(const Serial& serial) const {
    if (!grant_.socket || grant_.socket->takes != ControlSocket::Takes::certificates)
        return run(grant_.install, serial);
    return ask([&] { give_haproxy(grant_.socket->path, places_.live_of(grant_.entry) / kCombinedFile); });
}

CommandResult WebServer::reload(const Serial& serial) const {
    if (!grant_.socket || grant_.socket->takes != ControlSocket::Takes::reloads) return run(grant_.reload, serial);
    return ask([&] { reload_haproxy(grant_.socket->path); });
}

std::string Seen::text() const { return chain.empty() ? problem : "serial " + chain.front().serial_hex(); }

std::string sni_of(const std::vector<GeneralName>& names) {
    std::string below_wildcard;
    for (const GeneralName& name : names) {
        if (name.dns() == nullptr) continue;
        if (!name.dns()->is_wildcard()) return name.text();
        if (below_wildcard.empty()) below_wildcard = "halfday-probe" + name.text().substr(1);
    }
    return below_wildcard;
}

Seen look(const Endpoint& probe, const std::vector<GeneralName>& names) {
    try {
        return {presented_chain(probe, sni_of(names), kHandshakeDeadline), {}};
    } catch (const Error& error) {
        return {{}, error.what()};
    }
}

Seen look_at_session(const Endpoint& probe, const std::vector<GeneralName>& names, const TicketWait& wait,
                     milliseconds deadline) {
    try {
        Presented presented = presented_with_session(probe, sni_of(names), deadline, wait);
        return {std::move(presented.chain), {}, presented.session_lifetime};
    } catch (const Error& error) {
        return {{}, error.what()};
    }
}

Seen await_served(const Endpoint& probe, const Certificate& leaf, milliseconds patience) {
    const std::vector<GeneralName> names = leaf.names();
    const auto end = std::chrono::steady_clock::now() + patience;
    for (milliseconds pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
        Seen seen = look_at_session(probe, names, {kProofTicketPatience, leaf});
        if (seen.is(leaf) || std::chrono::steady_clock::now() + pause >= end) return seen;
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace halfday
