#include <fmt/core.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ca/base/error.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/json.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/receiver/commands.hpp"
#include "cli/receiver/in_place.hpp"
#include "distribute/process/process.hpp"
#include "distribute/receive/input.hpp"
#include "distribute/receive/server_kind.hpp"
#include "distribute/receive/setup.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostSshKeyBytes = 16 * 1024;
constexpr const char* kSshHostKey = "/etc/ssh/ssh_host_ed25519_key.pub";
constexpr mode_t kEntered = 0755;

constexpr std::chrono::seconds kRootDeadline{30};  // on standard input

/// What init has to tell.
struct Enrolment {
    Host host;
    Path inventory_file;
    std::string authorized_keys;  // "" when the distributor's key was not given
    std::string sudoers;          // "" when no command needs sudo
    Deeds deeds = {};             // where these two were put in place
};

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

/// The arguments as the receiver.yaml that they stand for, so that they are checked as that file is.
Grants grants_of(const InitOptions& options) {
    if (options.names.empty()) {
        throw Error(ErrorKind::usage, "there is no '" + options.places.grants().string() + "' yet, so names are needed",
                    "pass --name for each DNS name or IP address, and --root");
    }
    static_cast<void>(parse_server_kind(options.server));  // refused without a line of the file that it is not in
    std::vector<std::string> names;
    for (const std::string& name : options.names) names.push_back(quoted(GeneralName::parse(name).text()));
    std::string yaml = fmt::format("host: {}\ncertificates:\n  {}:\n    names: [{}]\n    server: {}\n",
                                   HostName::parse(options.host).text(), EntryName::parse(options.entry).text(),
                                   fmt::join(names, ", "), quoted(options.server));
    if (!options.install.empty()) yaml += fmt::format("    install: [{}]\n", quoted(options.install));
    if (!options.probe.empty()) yaml += fmt::format("    probe: {}\n", quoted(to_text(parse_endpoint(options.probe))));
    if (!options.runtime_socket.empty()) yaml += "    runtime_socket: " + quoted(options.runtime_socket) + "\n";
    if (!options.master_socket.empty()) yaml += "    master_socket: " + quoted(options.master_socket) + "\n";
    if (!options.mode.empty()) yaml += fmt::format("    mode: {}\n", quoted(options.mode));
    if (!options.group.empty()) yaml += fmt::format("    group: {}\n", quoted(options.group));
    Grants grants = parse_grants(yaml, "the arguments", options.places.etc);
    grants.roots = {options.places.root_certificate().filename()};
    return grants;
}

Certificate read_given_root(const Path& file) {
    constexpr std::size_t kMostBytes = Certificate::kMostBytes * 2;
    const std::string pem =
        file == "-" ? read_to_end(STDIN_FILENO, kMostBytes, kRootDeadline) : read_file(file, kMostBytes);
    try {
        return Certificate::parse_pem(pem);
    } catch (const Error& error) {
        throw Error(error.kind(), "'" + file.string() + "': " + error.what(), "take root.pem of the air-gapped box");
    }
}

/// The root that the arguments name, if it is one, and for the names that they name.
Certificate root_to_pin(const InitOptions& options, const Grants& grants) {
    Certificate root = read_given_root(options.root);
    if (!root.is_ca() || root.subject_der() != root.issuer_der()) {
        throw Error(ErrorKind::usage,
                    fmt::format("'{}' is no root: it was issued by '{}'", options.root.string(), root.issuer()),
                    "take root.pem of the air-gapped box, not the intermediate's chain.pem");
    }
    const auto constraints = root.name_constraints();
    for (const Grant& grant : grants.certificates) {
        for (const GeneralName& name : grant.names) {
            if (constraints && !constraints->permits(name)) {
                throw Error(ErrorKind::usage, fmt::format("the root does not permit '{}'", name.text()),
                            "halfday-root inspect " + options.root.string() + " shows what it permits");
            }
        }
    }
    return root;
}

bool describes_a_grant(const InitOptions& options) {
    return !options.names.empty() || !options.probe.empty() || !options.install.empty() || !options.mode.empty() ||
           !options.group.empty() || !options.runtime_socket.empty() || !options.master_socket.empty();
}

/// init may be run again with the same arguments; it changes no grants that are there, and says so.
void require_same(const InitOptions& options, const Grants& there) {
    const Grant asked = grants_of(options).certificates.front();
    const Grant* found = there.find(asked.entry);
    const bool is_same = found != nullptr && found->names == asked.names && found->server == asked.server &&
                         found->probe == asked.probe && found->install == asked.install &&
                         found->socket == asked.socket && found->key_mode == asked.key_mode &&
                         found->key_group == asked.key_group;
    if (!is_same) {
        throw Error(ErrorKind::usage,
                    "'" + options.places.grants().string() + "' says something else, and init changes no grants there",
                    "edit it, then run 'halfday-receiver init " + options.host + "' without --name and the others");
    }
}

void require_pinned(const Certificate& root, const Grants& grants) {
    for (const Certificate& pinned : read_roots(grants)) {
        if (pinned.fingerprint() == root.fingerprint()) return;
    }
    throw Error(ErrorKind::usage, "another root than " + root.fingerprint().text() + " is pinned here",
                "compare with the issuer box's; 'roots' in receiver.yaml may name both");
}

/// Writes the configuration from the arguments, or, where it is there, takes it as it is.
Grants settle_grants(const InitOptions& options, Deeds& deeds) {
    if (!std::filesystem::exists(options.places.grants())) {
        if (options.root.empty()) {
            throw Error(ErrorKind::usage, "no root to trust", "pass --root FILE with the root's certificate");
        }
        const Grants grants = grants_of(options);
        write_configuration(options.places, grants, root_to_pin(options, grants));
        deeds.push_back("wrote " + options.places.grants().string() + " and pinned the root");
        return read_grants(options.places.etc);
    }
    Grants grants = read_grants(options.places.etc);
    if (!options.root.empty()) require_pinned(root_to_pin(options, grants), grants);
    if (describes_a_grant(options)) require_same(options, grants);
    if (grants.host != HostName::parse(options.host)) {
        throw Error(ErrorKind::usage,
                    "'" + options.places.grants().string() + "' is of the host '" + grants.host.text() + "', not '" +
                        options.host + "'",
                    "correct it, or pass that name");
    }
    return grants;
}

std::string read_ssh_key(const std::string& given) {
    const bool is_key = given.find(' ') != std::string::npos;
    return parse_ssh_key(is_key ? given : read_file(given, kMostSshKeyBytes));
}

Path this_program() { return std::filesystem::read_symlink("/proc/self/exe"); }

/// A run that was killed made it and no more.
bool was_not_given_away(const Path& state) {
    struct stat status {};
    return ::lstat(state.c_str(), &status) == 0 && status.st_uid == 0 && std::filesystem::is_empty(state);
}

/// Root makes the folder, which is the receiver's user's.
void make_state_folder(const InitOptions& options) {
    make_folder(options.places.state.parent_path(), kEntered);
    if (::geteuid() != 0) {
        make_folder(options.places.state, kEntered);
        return;
    }
    const User user = find_user(options.user);
    const Path& state = options.places.state;
    if (!std::filesystem::exists(state) || was_not_given_away(state)) {
        make_folder(state, kEntered);
        if (::lchown(state.c_str(), user.uid, user.gid) != 0) {
            throw_errno("cannot give '" + state.string() + "' to '" + user.name + "'");
        }
    }
}

std::string authorized_keys_of(const InitOptions& options, const std::string& ssh_key) {
    return authorized_keys_line(this_program(), options.places, ssh_key,
                                options.from.empty() ? "" : parse_from(options.from));
}

void put_in_place(const InitOptions& options, const Grants& grants, const std::string& ssh_key, Deeds& deeds) {
    if (::geteuid() != 0 || ssh_key.empty()) {
        throw Error(ErrorKind::usage, "--in-place is root's, and wants the distributor's key",
                    "pass --distributor-key, as root");
    }
    put_user(options.user, options.places.state, grants, deeds);
    make_state_folder(options);
    put_authorized_keys(find_user(options.user), authorized_keys_of(options, ssh_key), deeds);
    put_sudoers(sudoers_lines(grants, options.user), deeds);
}

Enrolment enrol(const InitOptions& options, const Grants& grants, const PublicKey& identity,
                const std::string& ssh_key) {
    std::vector<Entry> entries;
    for (const Grant& grant : grants.certificates) entries.push_back({grant.entry, grant.names});
    const std::string reach =
        options.reach.empty() ? "ssh://" + options.user + "@" + grants.host.text() + ":22" : options.reach;
    return {Host{grants.host, parse_reach(reach), identity, std::move(entries)},
            Path("/etc/halfday/hosts.d") / (grants.host.text() + ".yaml"),
            ssh_key.empty() ? "" : authorized_keys_of(options, ssh_key), sudoers_lines(grants, options.user)};
}

/// As an option for `halfday host add`, or "" where this host has none that can be read.
std::string host_key_option() {
    try {
        return fmt::format(" \\\n    --host-key \"{}\"", parse_ssh_key(read_file(kSshHostKey, kMostSshKeyBytes)));
    } catch (const Error&) {
        return "";  // host add says what it wants
    }
}

/// What enters this host into the inventory as it is here.
std::string host_add_command(const Host& host) {
    std::string command = "halfday host add " + host.name.text();
    for (const Entry& entry : host.certificates) {
        std::vector<std::string> names;
        for (const GeneralName& name : entry.names) names.push_back(name.text());
        const std::string certificate = fmt::format("{}={}", entry.name.text(), fmt::join(names, ","));
        const bool is_plain = certificate.find('*') == std::string::npos;
        command += " --certificate " + (is_plain ? certificate : "'" + certificate + "'");
    }
    const std::string reach = to_text(host.reach);
    if (reach != to_text(parse_reach("ssh://halfday-receiver@" + host.name.text()))) command += " --reach " + reach;
    return command + (std::holds_alternative<SshReach>(host.reach) ? host_key_option() : "");
}

void print_text(const InitOptions& options, const Enrolment& enrolment, const Certificate& root) {
    if (options.texts == InitOptions::Texts::in_place) {
        for (const std::string& deed : enrolment.deeds) fmt::print("{}\n", deed);
    }
    fmt::print("identity: {}\nroot:     {}\n", enrolment.host.identity.fingerprint().text(), root.fingerprint().text());
    fmt::print("\n# the issuer box's {}\n{}", enrolment.inventory_file.string(), to_yaml(enrolment.host));
    const std::string next = fmt::format("  {}\nIt writes the first of the texts above, and asks for the identity.\n",
                                         host_add_command(enrolment.host));
    if (options.texts == InitOptions::Texts::in_place) {
        fmt::print("\nNow, on the issuer box:\n{}", next);
        return;
    }
    if (enrolment.authorized_keys.empty()) {
        print_warning(kReceiverProgram, "without the distributor's key there is no line for authorized_keys",
                      "pass --distributor-key, init may be run again");
    } else {
        fmt::print("\n# {}/.ssh/authorized_keys\n{}\n", options.places.state.string(), enrolment.authorized_keys);
    }
    if (!enrolment.sudoers.empty()) fmt::print("\n# /etc/sudoers.d/halfday-receiver\n{}", enrolment.sudoers);
    fmt::print(
        "\nPut {} in place as root (or run this again with --in-place, which does). Then, on the issuer box:\n"
        "{}",
        enrolment.sudoers.empty() ? "authorized_keys" : "authorized_keys and sudoers", next);
}

void print_json(const Enrolment& enrolment, const Certificate& root) {
    std::vector<JsonWriter> deeds;
    for (const std::string& deed : enrolment.deeds) deeds.push_back(JsonWriter().text("did", deed));
    fmt::print("{}\n", JsonWriter()
                           .text("host", enrolment.host.name.text())
                           .text("identity", identity_text(enrolment.host.identity))
                           .text("identity_fingerprint", enrolment.host.identity.fingerprint().text())
                           .text("root_fingerprint", root.fingerprint().text())
                           .text("inventory", to_yaml(enrolment.host))
                           .text("authorized_keys", enrolment.authorized_keys)
                           .text("sudoers", enrolment.sudoers)
                           .objects("deeds", deeds)
                           .finish());
}

}  // namespace

int run_init(const InitOptions& options) {
    const std::string ssh_key = options.distributor_key.empty() ? "" : read_ssh_key(options.distributor_key);
    Deeds deeds;
    const Grants grants = settle_grants(options, deeds);
    const Certificate root = read_roots(grants).front();
    if (options.texts == InitOptions::Texts::in_place) put_in_place(options, grants, ssh_key, deeds);
    make_state_folder(options);
    become_owner_of(options.places.state);
    const PublicKey identity = make_state(options.places);
    Enrolment enrolment = enrol(options, grants, identity, ssh_key);
    enrolment.deeds = std::move(deeds);
    options.form == Form::json ? print_json(enrolment, root) : print_text(options, enrolment, root);
    return kDone;
}

}  // namespace halfday
