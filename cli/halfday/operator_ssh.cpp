#include "cli/halfday/operator_ssh.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <sstream>
#include <string_view>
#include <vector>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "cli/halfday/operator.hpp"
#include "distribute/process/process.hpp"

namespace halfday {
namespace {

constexpr int kSshItself = 255;
constexpr std::chrono::seconds kLocal{10};

/// `argv` as the operator, with their agent.
Finished run_as_operator(std::vector<std::string> argv, std::string input, std::chrono::seconds deadline) {
    Command command;
    command.argv = std::move(argv);
    command.input = std::move(input);
    command.deadline = deadline;
    command.user = who_called_sudo();
    if (!command.user) command.environment.push_back("HOME=" + environment("HOME"));
    const std::string agent = environment("SSH_AUTH_SOCK");
    if (!agent.empty()) command.environment.push_back("SSH_AUTH_SOCK=" + agent);
    return run_process(command);
}

/// What ssh_config makes of the destination: under which name its key is looked up, and in which files.
struct Lookup {
    std::string name;
    std::vector<Path> files;
};

Path expanded(const std::string& file) {
    const std::optional<User> user = who_called_sudo();
    return file.starts_with("~/") ? Path(user ? user->home : environment("HOME")) / file.substr(2) : Path(file);
}

Lookup lookup_of(const std::string& destination) {
    const Finished said = run_as_operator({"ssh", "-G", "--", destination}, "", kLocal);
    if (said.status != 0) {
        throw Error(ErrorKind::remote,
                    fmt::format("ssh does not take '{}': '{}'", printable(destination), printable(said.error)));
    }
    Lookup lookup;
    std::string host;
    std::string port;
    std::string alias;
    std::istringstream lines(said.out);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string key;
        std::string value;
        words >> key >> value;
        if (key == "hostname") host = value;
        if (key == "port") port = value;
        if (key == "hostkeyalias") alias = value;
        if (key != "userknownhostsfile" && key != "globalknownhostsfile") continue;
        for (; words || !value.empty(); value.clear(), words >> value) {
            if (!value.empty()) lookup.files.push_back(expanded(value));
        }
    }
    const std::string place = port == "22" ? host : fmt::format("[{}]:{}", host, port);
    lookup.name = alias.empty() ? place : alias;
    return lookup;
}

/// What `ssh-keygen -F` finds of a host.
class KnownKeys {
   public:
    void take(const std::string& found) {
        std::istringstream lines(found);
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            std::string first;
            std::string type;
            std::string blob;
            words >> first;
            const bool is_marked = first == "@revoked";
            if (is_marked) words >> first;
            words >> type >> blob;
            if (blob.empty() || first.front() == '#' || first.front() == '@') continue;
            (is_marked ? revoked_ : plain_).push_back(fmt::format("{} {}", type, blob));
        }
    }

    /// An ed25519 one, if there is one, or else the first; of those that weren't revoked.
    [[nodiscard]] std::optional<std::string> best() const {
        std::optional<std::string> best;
        for (const std::string& key : plain_) {
            if (std::find(revoked_.begin(), revoked_.end(), key) != revoked_.end()) continue;
            if (key.starts_with("ssh-ed25519 ")) return key;
            if (!best) best = key;
        }
        return best;
    }

   private:
    std::vector<std::string> plain_;
    std::vector<std::string> revoked_;
};

std::vector<std::string> argv_for(const OperatorSsh& ssh, const std::string& command) {
    std::vector<std::string> argv{"ssh", "-T", "-x"};
    for (const char* option : {"BatchMode=yes", "ClearAllForwardings=yes", "StrictHostKeyChecking=yes",
                               "UpdateHostKeys=no", "ConnectTimeout=10", "GlobalKnownHostsFile=/dev/null"}) {
        argv.insert(argv.end(), {"-o", option});
    }
    argv.insert(argv.end(), {"-o", fmt::format("HostKeyAlias={}", ssh.host.text())});
    argv.insert(argv.end(), {"-o", fmt::format("UserKnownHostsFile={}", ssh.known_hosts.string())});
    argv.insert(argv.end(), {"--", ssh.destination, command});
    return argv;
}

}  // namespace

std::optional<std::string> operators_host_key(const std::string& destination) {
    const Lookup lookup = lookup_of(destination);
    KnownKeys known;
    for (const Path& file : lookup.files) {
        const Finished found = run_as_operator({"ssh-keygen", "-F", lookup.name, "-f", file}, "", kLocal);
        if (found.status == 0) known.take(found.out);
    }
    return known.best();
}

std::string OperatorSsh::run(const std::string& command, const std::string& input,
                             std::chrono::seconds deadline) const {
    const Finished finished = run_as_operator(argv_for(*this, command), input, deadline);
    if (finished.status == 0 && !finished.timed_out) return finished.out;
    const std::string said = printable(finished.error.empty() ? finished.out : finished.error, 1000);
    if (finished.timed_out) {
        throw Error(ErrorKind::remote,
                    fmt::format("{}: no answer over your ssh to '{}' in time", host.text(), destination));
    }
    if (finished.status == kSshItself) {
        throw Error(ErrorKind::remote, fmt::format("{}: your ssh to '{}' failed: '{}'", host.text(), destination, said),
                    fmt::format("'ssh {} true' must work without a question: load your key into an agent (sudo "
                                "--preserve-env=SSH_AUTH_SOCK), or pass --via",
                                destination));
    }
    throw Error(ErrorKind::remote,
                fmt::format("{}: a step failed there with status {}: '{}'", host.text(), finished.status, said),
                "mend it and run the same again: what was done is not done twice");
}

}  // namespace halfday
