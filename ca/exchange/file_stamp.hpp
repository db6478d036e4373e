#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>

namespace halfday {

/// A file as the file system tells it from every other and from itself at another time.
struct FileStamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t mtime = 0;  // ns since 1970
    std::int64_t ctime = 0;
    bool operator==(const FileStamp&) const = default;
};

/// So many are looked at in a row by one thread (in_parallel): each takes a microsecond or two.
constexpr std::size_t kManyStamps = 256;

[[nodiscard]] FileStamp stamp_of(const struct stat& status);

/// ns since 1970 by the clock that stamps files, which is not always the one that a program is told.
[[nodiscard]] std::int64_t clock_of_files();

/// Whether a stamp that was taken after `began` (of clock_of_files) tells the file from what it may become: its last
/// change was more than 2 s before, so another one can't get the same time (Git's "racy" rule).
[[nodiscard]] bool is_settled(const FileStamp& stamp, std::int64_t began);

}  // namespace halfday
