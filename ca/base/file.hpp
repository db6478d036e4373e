#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ca/base/secret.hpp"

namespace halfday {

using Path = std::filesystem::path;

/// Owns a file descriptor; closes it.
class FileDescriptor {
   public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
    FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor();

    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }

   private:
    int fd_ = -1;
};

/// How the name of every temporary file begins, so that remove_leftovers knows it.
inline constexpr std::string_view kTemporaryPrefix = ".halfday-";

/// Who may read a file that is written; set before the content is there.
struct Access {
    mode_t mode = 0600;
    std::optional<gid_t> group = std::nullopt;
};

/// The whole content. Throws Error{not_found}, Error{io}, and Error{corrupt} when it is not a regular file or larger
/// than `most` bytes.
[[nodiscard]] std::string read_file(const Path& path, std::size_t most);
/// The same, or nothing where there is no such file.
[[nodiscard]] std::optional<std::string> read_file_if_there(const Path& path, std::size_t most);
/// The same into cleared memory.
[[nodiscard]] Secret read_secret_file(const Path& path, std::size_t most);
/// Reads `relative` below `folder`, which another user may write: openat2 with RESOLVE_BENEATH and
/// RESOLVE_NO_SYMLINKS, O_NONBLOCK, regular files with one link and at most `most` bytes only, read once. Nothing where
/// there is none. Throws Error{corrupt} for anything else that is found there; the message never has the content.
[[nodiscard]] std::optional<std::string> read_beneath(const Path& folder, const Path& relative, std::size_t most);

/// The first of the two writers: makes `path`, which must not exist (not even as a symlink), whole: written beside
/// (O_EXCL, O_NOFOLLOW), synced, moved there without replacing anything, folder synced. Throws Error{io}; when it
/// exists already the message says so.
void write_new(const Path& path, std::string_view content, const Access& access = {});
/// The second: writes a temporary file beside, syncs, renames it over `path`, syncs the folder. When it returns the new
/// content is on disk; when it throws (Error{io}) the old one is untouched, unless syncing the folder is what failed:
/// then the new one is in place and may be lost in a power cut.
void replace_file(const Path& path, std::string_view content, const Access& access = {});

/// A file that is to be put into place.
struct PlacedFile {
    Path path;
    std::string content;
};

/// Replaces many files for the price of one sync: each is written into `staging` (a folder of this user's alone on the
/// same file system, made when it is missing), all are synced, each is renamed into place. A missing folder of theirs
/// (one level) is made with `folder_mode`. When it returns a path holds the old content or the new, whole, whatever
/// happens; unlike with replace_file, that it is the new one is not on disk yet. Returns those that could not be
/// renamed into place, by their position. Throws Error{io}, and then nothing was replaced.
[[nodiscard]] std::vector<std::size_t> replace_files(const Path& staging, const std::vector<PlacedFile>& files,
                                                     const Access& access, mode_t folder_mode);

/// Removes a file or nothing. Throws Error{io}.
void remove_file(const Path& path);
/// Removes the temporary files that killed writers left in the folder. For the one who alone writes there, while it
/// does not (its lock is held): a file that is being written would go too. What can't be removed stays; where there is
/// no folder there is nothing to do.
void remove_leftovers(const Path& folder) noexcept;
/// Makes the folder (one level) with exactly this mode, or nothing where it is there. Throws Error{io}.
void make_folder(const Path& path, mode_t mode);
/// Syncs a folder's entries. Throws Error{io}.
void sync_folder(const Path& path);

/// Refuses (Error{usage}, with the chown and chmod that mend it) a configuration file or folder that is a symlink, is
/// not root's, or may be written by group or others. When the process is not root and root does not own it, the
/// process's own user is still refused: configuration belongs to root. Throws Error{not_found} where there is none.
void require_roots_own(const Path& path);

/// A lock on a file (flock), held until destruction or death of the process, so that it can't go stale.
class FileLock {
   public:
    /// Waits until `patience` has passed; then throws Error{io} that names the process that holds it where the
    /// lock file says. The file (0600) is made when missing and holds the holder's pid and program for people to read,
    /// where the disk has room for them.
    [[nodiscard]] static FileLock acquire(const Path& path, std::string_view program, int patience_seconds);

   private:
    explicit FileLock(FileDescriptor fd) : fd_(std::move(fd)) {}
    FileDescriptor fd_;
};

}  // namespace halfday
