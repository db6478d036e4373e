#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ca/base/error.hpp"
#include "cli/distributor/commands.hpp"

namespace halfday {
namespace {

std::string user_name(uid_t uid) {
    const passwd* user = ::getpwuid(uid);
    return user != nullptr ? "'" + std::string(user->pw_name) + "'" : "with id " + std::to_string(uid);
}

}  // namespace

void require_distributor(const Places& places) {
    struct stat status {};
    const Path folder = places.distributor();
    if (::stat(folder.c_str(), &status) != 0) {
        throw_errno("cannot look at '" + folder.string() + "'", errno, "'halfday init' makes it");
    }
    if (status.st_uid != ::geteuid()) {
        throw Error(ErrorKind::usage,
                    "this runs as user " + user_name(status.st_uid) + ", who owns '" + folder.string() + "', not as " +
                        user_name(::geteuid()),
                    "run it through the front door, which becomes that user: halfday push");
    }
}

}  // namespace halfday
