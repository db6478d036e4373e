#include "cli/halfday/held_output.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "ca/base/error.hpp"
#include "cli/halfday/relay.hpp"

namespace halfday {
namespace {

FileDescriptor copy_of(int fd) {
    FileDescriptor copy(::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!copy) throw_errno("cannot hold the output");
    return copy;
}

std::string lines_made_visible(std::string_view text) {
    std::string visible;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        visible += made_visible(line) + (line.size() < text.size() ? "\n" : "");
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    return visible;
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
    struct stat held {};
    if (::fstat(held_.get(), &held) != 0) throw_errno("cannot look at the output that was held");
    std::array<char, 16 * 1024> buffer{};
    ssize_t count = 0;
    for (off_t at = 0; at < held.st_size; at += count) {  // a child's child may write on
        count = ::pread(held_.get(), buffer.data(), buffer.size(), at);
        if (count <= 0) return;
        const std::string visible = lines_made_visible({buffer.data(), static_cast<std::size_t>(count)});
        if (std::fwrite(visible.data(), 1, visible.size(), stderr) != visible.size()) {
            throw_errno("cannot write to standard error");
        }
    }
}

}  // namespace halfday
