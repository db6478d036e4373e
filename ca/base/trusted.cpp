#include <sys/stat.h>

#include "ca/base/error.hpp"
#include "ca/base/file.hpp"

namespace halfday {

void require_roots_own(const Path& path) {
    const std::string name = "'" + path.string() + "'";
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        throw_errno("cannot look at " + name);
    }
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
        throw Error(ErrorKind::usage, name + " is neither a file nor a folder",
                    S_ISLNK(status.st_mode) ? "put the file itself there, not a symlink" : "");
    }
    if (status.st_uid != 0) {
        throw Error(
            ErrorKind::usage,
            name + " belongs to the user " + std::to_string(status.st_uid) + ", and configuration must be root's",
            "chown root: " + name + " && chmod go-w " + name);
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        throw Error(ErrorKind::usage, name + " may be written by others than root", "chmod go-w " + name);
    }
}

}  // namespace halfday
