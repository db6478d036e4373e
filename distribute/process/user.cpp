#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

#include "ca/base/error.hpp"
#include "distribute/process/process.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostEntryBytes = 16 * 1024;

User user_of(const passwd& entry) { return {entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir, entry.pw_shell}; }

}  // namespace

User find_user(const std::string& name) {
    std::vector<char> memory(kMostEntryBytes);
    passwd entry{};
    passwd* found = nullptr;
    const int error = ::getpwnam_r(name.c_str(), &entry, memory.data(), memory.size(), &found);
    if (error != 0) throw_errno("cannot look up user '" + name + "'", error);
    if (found == nullptr) {
        throw Error(ErrorKind::not_found, "there is no user '" + name + "'", "useradd --system " + name);
    }
    return user_of(*found);
}

User find_user(uid_t uid) {
    std::vector<char> memory(kMostEntryBytes);
    passwd entry{};
    passwd* found = nullptr;
    const std::string number = std::to_string(uid);
    const int error = ::getpwuid_r(uid, &entry, memory.data(), memory.size(), &found);
    if (error != 0) throw_errno("cannot look up the user with the number " + number, error);
    if (found == nullptr) throw Error(ErrorKind::not_found, "there is no user with the number " + number);
    return user_of(*found);
}

void become(const User& user) {
    const std::string what = "cannot become user '" + user.name + "'";
    if (::initgroups(user.name.c_str(), user.gid) != 0 || ::setresgid(user.gid, user.gid, user.gid) != 0 ||
        ::setresuid(user.uid, user.uid, user.uid) != 0) {
        throw_errno(what);
    }
    if (user.uid != 0 && ::setuid(0) == 0) throw Error(ErrorKind::io, what + ": root came back");
    ::setenv("HOME", user.home.c_str(), 1);
    ::setenv("USER", user.name.c_str(), 1);
    ::setenv("LOGNAME", user.name.c_str(), 1);
}

void become_owner_of(const Path& folder) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0) throw_errno("cannot look at '" + folder.string() + "'");
    if (status.st_uid == ::geteuid()) return;
    const User owner = find_user(status.st_uid);
    if (::geteuid() != 0) {
        throw Error(ErrorKind::usage, "'" + folder.string() + "' is the user '" + owner.name + "'s",
                    "run this as that user, or as root");
    }
    become(owner);
}

}  // namespace halfday
