#include "cli/halfday/held_output.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

FileDescriptor copy_of(int fd) {
    FileDescriptor copy(::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!copy) throw_errno("cannot hold the output");
    return copy;
}

}  // namespace

HeldOutput::HeldOutput()
    : held_(::memfd_create("held-output", MFD_CLOEXEC)), out_(copy_of(STDOUT_FILENO)), error_(copy_of(STDERR_FILENO)) {
    static_cast<void>(std::fflush(stdout));
    if (!held_ || ::fcntl(held_.get(), F_SETFL, O_APPEND) != 0 || ::dup2(held_.get(), STDOUT_FILENO) < 0 ||
        ::dup2(held_.get(), STDERR_FILENO) < 0) {
        give_back();
        throw_errno("cannot hold the output");
    }
}

HeldOutput::~HeldOutput() { give_back(); }

void HeldOutput::give_back() noexcept {
    static_cast<void>(std::fflush(stdout));
    if (out_) ::dup2(out_.get(), STDOUT_FILENO);
    if (error_) ::dup2(error_.get(), STDERR_FILENO);
    out_ = FileDescriptor();
    error_ = FileDescriptor();
}

void HeldOutput::release() {
    give_back();
    std::array<char, 16 * 1024> buffer{};
    ::lseek(held_.get(), 0, SEEK_SET);
    ssize_t count = 0;
    while ((count = ::read(held_.get(), buffer.data(), buffer.size())) > 0) {
        if (::write(STDERR_FILENO, buffer.data(), static_cast<std::size_t>(count)) != count) {
            throw_errno("cannot write to standard error");
        }
    }
}

}  // namespace halfday
