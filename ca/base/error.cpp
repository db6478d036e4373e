#include "ca/base/error.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "ca/base/errno_hint.hpp"

namespace halfday {

Error::Error(ErrorKind kind, const std::string& what, std::string hint)
    : std::runtime_error(what), kind_(kind), hint_(std::move(hint)) {}

std::string errno_hint(int error) {
    switch (error) {
        case ENOSPC:
        case EDQUOT:
            return "make room on that disk, then run it again";
        case EROFS:
            return "its file system is mounted read-only; the kernel's log (dmesg) says why";
        case EACCES:
        case EPERM:
            return ::geteuid() == 0 ? "" : "run it as root, or as the user whose file that is";
        default:
            return "";
    }
}

void throw_errno(const std::string& what, int error, std::string hint) {
    if (hint.empty()) hint = errno_hint(error);
    const ErrorKind kind = error == ENOENT ? ErrorKind::not_found : ErrorKind::io;
    throw Error(kind, what + ": " + std::generic_category().message(error), std::move(hint));
}

void throw_errno(const std::string& what) { throw_errno(what, errno); }

}  // namespace halfday
