#include "cli/halfday/install_receiver.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <sys/utsname.h>

#include <sstream>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/json.hpp"
#include "ca/x509/digest.hpp"
#include "cli/common/remote_command.hpp"
#include "cli/halfday/relay.hpp"

namespace halfday {
namespace {

constexpr const char* kInstalledReceiver = "/usr/local/bin/halfday-receiver";
constexpr std::size_t kMostProgramBytes = 256 * 1024 * 1024;
constexpr std::chrono::seconds kLooking{30};
constexpr std::chrono::seconds kCopying{300};
constexpr std::chrono::seconds kMaking{60};
constexpr JsonLimits kAnswer{64 * 1024, 256};

// Whole texts, in which nothing is ever put.
constexpr const char* kLook =
    "sh -c 'uname -sm; id -u; { sha256sum /usr/local/bin/halfday-receiver || echo none; } 2>/dev/null; "
    "{ sudo -n true && echo sudo || echo none; } 2>/dev/null'";
constexpr const char* kCopy =
    "sh -c 'set -e; umask 022; new=/usr/local/bin/.halfday-receiver.new; rm -f \"$new\"; cat >\"$new\"; chmod 755 "
    "\"$new\"; "
    "\"$new\" --version; sync \"$new\"; mv -f \"$new\" /usr/local/bin/halfday-receiver'";

constexpr const char* kNone = "none";

void say(const HostName& host, const std::string& what) {
    fmt::print("{}: {}\n", host.text(), made_visible(what));
    static_cast<void>(std::fflush(stdout));
}

std::string this_machine() {
    utsname name{};
    ::uname(&name);
    return std::string(name.sysname) + " " + name.machine;
}

/// What is there before anything is done.
struct There {
    std::string as_root;  // before a command: "" or "sudo -n "
    std::string sha256;   // of the program, or kNone
};

There look(const OperatorSsh& ssh) {
    std::istringstream lines(ssh.run(kLook, "", kLooking));
    std::string machine;
    std::string uid;
    std::string sum;
    std::string sudo;
    std::getline(lines, machine);
    std::getline(lines, uid);
    std::getline(lines, sum);
    std::getline(lines, sudo);
    if (machine != this_machine()) {
        throw Error(ErrorKind::remote,
                    fmt::format("{}: it is '{}', and the receiver here is for '{}'", ssh.host.text(),
                                printable(machine), this_machine()),
                    "build halfday there: docs in the README, 'halfday-receiver init --in-place'");
    }
    if (uid != "0" && sudo != "sudo") {
        throw Error(ErrorKind::remote,
                    fmt::format("{}: your user there is not root, and sudo asks it for a password or isn't there",
                                ssh.host.text()),
                    fmt::format("pass --via root@{}, or let that user use sudo without a password", ssh.host.text()));
    }
    return {uid == "0" ? "" : "sudo -n ", sum.substr(0, sum.find(' '))};
}

void copy_program(const OperatorSsh& ssh, const There& there, const Path& receiver) {
    const std::string program = read_file(receiver, kMostProgramBytes);
    if (there.sha256 == sha256_hex(program))
        return say(ssh.host, fmt::format("{} is there already", kInstalledReceiver));
    const std::string version = ssh.run(there.as_root + kCopy, program, kCopying);
    say(ssh.host,
        fmt::format("copied halfday-receiver {} to {}", version.substr(0, version.find('\n')), kInstalledReceiver));
}

void say_deeds(const HostName& host, JsonObject& answer) {
    for (JsonObject& deed : answer.objects("deeds")) say(host, deed.text("did"));
}

JsonObject parse_there(const OperatorSsh& ssh, const std::string& json) {
    try {
        return parse_json(json, kAnswer);
    } catch (const Error& error) {
        throw Error(ErrorKind::remote,
                    fmt::format("{}: the receiver's answer is none: {}", ssh.host.text(), error.what()),
                    "do that user's start-up files print something there?");
    }
}

std::string distributors_key(const Places& places) {
    const std::string text = read_file(places.distributor() / "id_ed25519.pub", 16 * 1024);
    std::istringstream words(text);
    std::string type;
    std::string blob;
    words >> type >> blob;
    return type + " " + blob;
}

}  // namespace

Path find_static_receiver() {
    const Path here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    for (const char* beside : {"../lib/halfday/halfday-receiver", "../static/halfday-receiver"}) {
        Path receiver = (here / beside).lexically_normal();
        if (std::filesystem::exists(receiver)) return receiver;
    }
    throw Error(ErrorKind::not_found, "there is no static halfday-receiver beside " + here.string(),
                "pass --receiver FILE, a halfday-receiver that runs on the host");
}

std::vector<std::string> init_arguments(const Places& places, const HostName& host, const Reach& reach,
                                        const Entry& certificate, const Installation& installation) {
    std::vector<std::string> arguments{"--json",
                                       "init",
                                       host.text(),
                                       "--in-place",
                                       "--root",
                                       "-",
                                       "--distributor-key",
                                       distributors_key(places),
                                       "--user",
                                       std::get<SshReach>(reach).user,
                                       "--entry",
                                       certificate.name.text()};
    for (const GeneralName& name : certificate.names) arguments.insert(arguments.end(), {"--name", name.text()});
    const auto add = [&](const char* option, const std::string& value) {
        if (!value.empty()) arguments.insert(arguments.end(), {option, value});
    };
    add("--server", installation.server);
    add("--probe", installation.probe);
    add("--mode", installation.mode);
    add("--group", installation.group);
    add("--from", installation.from);
    return arguments;
}

std::vector<std::string> describe_installation(const Places& places, const HostName& host, const Reach& reach,
                                               const Entry& certificate, const Installation& installation) {
    return {fmt::format("over your ssh to '{}', as root or by sudo there:", installation.via),
            fmt::format("  copy {} to {}", installation.receiver.string(), kInstalledReceiver),
            fmt::format("  {} {}", kInstalledReceiver,
                        remote_command(init_arguments(places, host, reach, certificate, installation))),
            "    makes the user, receiver.yaml, the pinned root, the identity, authorized_keys and sudoers"};
}

PublicKey install_receiver(const Places& places, const OperatorSsh& ssh, const Reach& reach, const Entry& certificate,
                           const Installation& installation) {
    const std::string init =
        kInstalledReceiver + (" " + remote_command(init_arguments(places, ssh.host, reach, certificate, installation)));
    const There there = look(ssh);
    copy_program(ssh, there, installation.receiver);
    const std::string root = read_file(places.root_certificate(), 1024 * 1024);
    JsonObject answer = parse_there(ssh, ssh.run(there.as_root + init, root, kMaking));
    say_deeds(ssh.host, answer);
    PublicKey identity = parse_identity(answer.text("identity"));
    say(ssh.host, "its identity is " + identity.fingerprint().text());
    return identity;
}

void uninstall_receiver(const OperatorSsh& ssh, const std::string& user) {
    const There there = look(ssh);
    if (there.sha256 == kNone)
        return say(ssh.host, fmt::format("there is no {}: nothing to uninstall", kInstalledReceiver));
    JsonObject answer = parse_there(
        ssh, ssh.run(there.as_root + kInstalledReceiver + " " + remote_command({"--json", "uninstall", "--user", user}),
                     "", kMaking));
    say_deeds(ssh.host, answer);
}

}  // namespace halfday
