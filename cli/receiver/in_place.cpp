#include "cli/receiver/in_place.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "distribute/receive/places.hpp"
#include "distribute/receive/setup.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostKeysBytes = 1024 * 1024;
constexpr mode_t kBorrowedMode = 0755;
constexpr mode_t kPublic = 0644;
constexpr mode_t kSudoersMode = 0440;
constexpr std::chrono::seconds kPatience{30};

/// Runs a tool of the system's. Throws Error{io} with its own words when it fails.
void run_tool(std::vector<std::string> argv) {
    Command command;
    command.argv = std::move(argv);
    command.deadline = kPatience;
    const std::string name = command.argv.front();
    const Finished finished = run_process(command);
    if (finished.status == 0) return;
    throw Error(ErrorKind::io, fmt::format("{} failed: '{}'", name, printable(finished.error + finished.out, 400)));
}

bool has_user(const std::string& name) {
    try {
        static_cast<void>(find_user(name));
        return true;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found) throw;
        return false;
    }
}

bool is_member(const User& user, const std::string& group) {
    const struct group* const found = ::getgrnam(group.c_str());
    if (found == nullptr) throw Error(ErrorKind::usage, "there is no group '" + group + "'");
    if (found->gr_gid == user.gid) return true;
    for (char** member = found->gr_mem; *member != nullptr; ++member) {
        if (user.name == *member) return true;
    }
    return false;
}

/// The folder's home is the user's to change, so the folder is held open and written through that.
class SshFolder {
   public:
    explicit SshFolder(const User& user) : path_(Path(user.home) / ".ssh") {
        if (::mkdir(path_.c_str(), kBorrowedMode) != 0 && errno != EEXIST)
            throw_errno("cannot make '" + path_.string() + "'");
        folder_ = FileDescriptor(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        struct stat status {};
        if (!folder_ || ::fstat(folder_.get(), &status) != 0) throw_errno("cannot open '" + path_.string() + "'");
        if (status.st_uid != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
            throw Error(ErrorKind::usage, "'" + path_.string() + "' is not root's alone to write in",
                        "chown -R root: " + path_.string() + " && chmod -R go-w " + path_.string());
        }
        // sshd reads it as the user.
        if (::fchmod(folder_.get(), kBorrowedMode) != 0)
            throw_errno("cannot open '" + path_.string() + "' to its user");
    }

    [[nodiscard]] Path keys() const {
        return Path("/proc/self/fd") / std::to_string(folder_.get()) / "authorized_keys";
    }
    [[nodiscard]] std::string text() const { return (path_ / "authorized_keys").string(); }

   private:
    Path path_;
    FileDescriptor folder_;
};

bool replace_if_other(const Path& file, const std::string& content, mode_t mode) {
    if (read_file_if_there(file, kMostKeysBytes) == content) return false;
    replace_file(file, content, {.mode = mode});
    return true;
}

void remove_if_there(const Path& path, Deeds& deeds) {
    if (!std::filesystem::exists(std::filesystem::symlink_status(path))) return;
    std::filesystem::remove_all(path);
    deeds.push_back("removed " + path.string());
}

bool serves_something(const ReceiverPlaces& places) {
    return std::filesystem::exists(places.live()) && !std::filesystem::is_empty(places.live());
}

void remove_state(const std::string& user, const ReceiverPlaces& places, Deeds& deeds) {
    if (serves_something(places)) {
        for (const Path& path : {places.identity(), places.pending(), places.journal(), places.records(),
                                 places.counter(), places.heads(), places.lock()}) {
            remove_if_there(path, deeds);
        }
        deeds.push_back(
            fmt::format("left {} and user {}: once the web server's configuration names it no more, rm -r {} && "
                        "userdel {}",
                        places.live().string(), user, places.state.string(), user));
        return;
    }
    remove_if_there(places.state, deeds);
    if (!has_user(user)) return;
    run_tool({"userdel", user});
    deeds.push_back("removed user " + user);
}

}  // namespace

void put_user(const std::string& name, const Path& home, const Grants& grants, Deeds& deeds) {
    if (!has_user(name)) {
        // "*" is no password at all; "!" would be a locked account, which sshd without PAM refuses.
        run_tool({"useradd", "--system", "--user-group", "--home-dir", home, "--no-create-home", "--shell", "/bin/sh",
                  "--password", "*", "--", name});
        deeds.push_back("made user " + name);
    }
    const User user = find_user(name);
    std::set<std::string> groups;
    for (const Grant& grant : grants.certificates) groups.insert(grant.key_group);
    groups.erase("");
    for (const std::string& group : groups) {
        if (is_member(user, group)) continue;
        run_tool({"usermod", "--append", "--groups", group, "--", name});
        deeds.push_back(fmt::format("user {} joined group {}", name, group));
    }
}

void put_authorized_keys(const User& user, const std::string& line, Deeds& deeds) {
    const SshFolder folder(user);
    const std::string there = read_file_if_there(folder.keys(), kMostKeysBytes).value_or("");
    if (replace_if_other(folder.keys(), authorized_keys_with(there, line), kPublic)) {
        deeds.push_back("the distributor's key may run the receiver and nothing else: " + folder.text());
    }
}

void put_sudoers(const std::string& lines, Deeds& deeds) {
    const Path file = kSudoersFile;
    if (lines.empty()) return remove_if_there(file, deeds);
    if (!std::filesystem::exists(file.parent_path())) {
        throw Error(ErrorKind::usage, "there is no sudo, and the web server's test and reload want root",
                    "apt-get install sudo");
    }
    const Path candidate = file.parent_path() / ".halfday-receiver.new";  // sudo passes over names with a dot
    replace_file(candidate, lines, {.mode = kSudoersMode});
    try {
        run_tool({"visudo", "-cqf", candidate});
    } catch (const Error&) {
        remove_file(candidate);
        throw;
    }
    remove_file(candidate);
    if (replace_if_other(file, lines, kSudoersMode)) {
        deeds.push_back("it may test and reload the web server as root, and nothing else: " + file.string());
    }
}

void remove_receiver(const std::string& user, const ReceiverPlaces& places, Deeds& deeds) {
    if (has_user(user)) {
        const User known = find_user(user);
        if (std::filesystem::exists(Path(known.home) / ".ssh")) {
            const SshFolder folder(known);
            const std::string there = read_file_if_there(folder.keys(), kMostKeysBytes).value_or("");
            if (replace_if_other(folder.keys(), authorized_keys_without(there), kPublic)) {
                deeds.push_back("removed the distributor's key from " + folder.text());
            }
        }
    }
    remove_if_there(kSudoersFile, deeds);
    remove_if_there(places.grants(), deeds);
    const bool is_issuer_box = std::filesystem::exists(places.etc / "hosts.d");
    if (!is_issuer_box) remove_if_there(places.root_certificate(), deeds);
    remove_state(user, places, deeds);
    const Path program = std::filesystem::read_symlink("/proc/self/exe");
    if (program == kCopiedReceiver) remove_if_there(program, deeds);
}

}  // namespace halfday
