#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/file.hpp"
#include "ca/base/path.hpp"

namespace halfday {
namespace {

constexpr auto kPause = std::chrono::milliseconds{20};  // between two attempts: flock has no deadline of its own

bool try_lock(const FileDescriptor& file, const Path& path) {
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
        return true;
    }
    if (errno != EWOULDBLOCK && errno != EINTR) {
        throw_errno("cannot lock " + quoted(path));
    }
    return false;
}

/// "'halfday-issuer' (process 123)" as the holder has written it, or "another process".
std::string holder(const FileDescriptor& file) {
    std::array<char, 128> text{};
    const ssize_t length = ::pread(file.get(), text.data(), text.size(), 0);
    std::string_view line{text.data(), length > 0 ? static_cast<std::size_t>(length) : 0U};
    line = line.substr(0, line.find('\n'));
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) {
        return "another process";
    }
    return "'" + printable(line.substr(space + 1)) + "' (process " + printable(line.substr(0, space)) + ")";
}

/// For people to read: a full disk keeps nobody from locking.
void sign_as_holder(const FileDescriptor& file, std::string_view program) {
    const std::string line = std::to_string(::getpid()) + " " + std::string(program) + "\n";
    static_cast<void>(::ftruncate(file.get(), 0) == 0 && ::pwrite(file.get(), line.data(), line.size(), 0) < 0);
}

}  // namespace

FileLock FileLock::acquire(const Path& path, std::string_view program, int patience_seconds) {
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) {
        throw_errno("cannot open the lock " + quoted(path));
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{patience_seconds};
    while (!try_lock(file, path)) {
        if (std::chrono::steady_clock::now() >= deadline) {
            throw Error(ErrorKind::io, quoted(path) + " is held by " + holder(file),
                        "run this again when it has ended");
        }
        std::this_thread::sleep_for(kPause);
    }
    sign_as_holder(file, program);
    return FileLock(std::move(file));
}

}  // namespace halfday
