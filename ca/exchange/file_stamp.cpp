#include "ca/exchange/file_stamp.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

namespace halfday {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;  // in ns
constexpr std::int64_t kUnsettled = 2 * kSecond;

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * kSecond + time.tv_nsec; }

}  // namespace

FileStamp stamp_of(const struct stat& status) {
    return {status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

std::int64_t clock_of_files() {
    timespec now{};
    ::syscall(SYS_clock_gettime, CLOCK_REALTIME_COARSE, &now);
    return nanoseconds(now);
}

bool is_settled(const FileStamp& stamp, std::int64_t began) {
    return stamp.inode != 0 && std::max(stamp.mtime, stamp.ctime) < began - kUnsettled;
}

}  // namespace halfday
