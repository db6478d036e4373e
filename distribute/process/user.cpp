#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

#include "ca/base/error.hpp"
#include "distribute/process/process.hpp"

namespace halfday {

User find_user(const std::string& name) {
    std::vector<char> memory(16 * 1024);
    passwd entry{};
    passwd* found = nullptr;
    const int error = ::getpwnam_r(name.c_str(), &entry, memory.data(), memory.size(), &found);
    if (error != 0) throw_errno("cannot look up user '" + name + "'", error);
    if (found == nullptr) {
        throw Error(ErrorKind::not_found, "there is no user '" + name + "'", "useradd --system " + name);
    }
    return {name, found->pw_uid, found->pw_gid, found->pw_dir};
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

}  // namespace halfday
