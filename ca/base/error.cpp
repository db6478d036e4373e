#include "ca/base/error.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace halfday {

Error::Error(ErrorKind kind, const std::string& what, std::string hint)
    : std::runtime_error(what), kind_(kind), hint_(std::move(hint)) {}

void throw_errno(const std::string& what, int error, std::string hint) {
    const ErrorKind kind = error == ENOENT ? ErrorKind::not_found : ErrorKind::io;
    throw Error(kind, what + ": " + std::generic_category().message(error), std::move(hint));
}

void throw_errno(const std::string& what) { throw_errno(what, errno); }

}  // namespace halfday
