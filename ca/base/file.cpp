// The two writers. Both write a temporary file beside, with its final access before its first byte, sync it, and move
// it into place in one step, so that whatever happens a path holds all of a content or none of it.
#include "ca/base/file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <deque>
#include <memory>
#include <system_error>

#include "ca/base/errno_hint.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/path.hpp"

namespace halfday {
namespace {

enum class Placing { only_if_absent, over_the_old };

[[noreturn]] void throw_io(const std::string& what, int error, std::string hint = {}) {
    if (hint.empty()) hint = errno_hint(error);
    throw Error(ErrorKind::io, what + ": " + std::generic_category().message(error), std::move(hint));
}

Path temporary_name_in(const Path& folder) {
    std::array<char, 8> random{};
    if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
        throw_io("cannot name a temporary file in " + quoted(folder), errno);
    }
    const std::string suffix = to_hex({random.data(), random.size()});
    return folder / (std::string(kTemporaryPrefix) + std::to_string(::getpid()) + "-" + suffix);
}

/// A file that is gone again unless it was moved to its place.
class TemporaryFile {
   public:
    explicit TemporaryFile(const Path& target) : TemporaryFile(target, folder_of(target)) {}
    TemporaryFile(const Path& target, const Path& folder) : target_(target), path_(temporary_name_in(folder)) {
        fd_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!fd_) {
            const int error = errno;
            const bool has_no_folder = error == ENOENT || error == ENOTDIR;
            throw_io("cannot write " + quoted(target_), error,
                     has_no_folder ? quoted(folder) + " is no folder: mkdir -p, or another path" : "");
        }
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        if (!moved_) {
            ::unlink(path_.c_str());
        }
    }

    void allow(const Access& access) const {
        if (access.group && ::fchown(fd_.get(), static_cast<uid_t>(-1), *access.group) != 0) {
            throw_io("cannot give " + quoted(target_) + " to the group " + std::to_string(*access.group), errno);
        }
        if (::fchmod(fd_.get(), access.mode) != 0) {
            throw_io("cannot set the mode of " + quoted(target_), errno);
        }
    }

    void write(std::string_view content) const {
        while (!content.empty()) {
            const ssize_t written = ::write(fd_.get(), content.data(), content.size());
            if (written >= 0) {
                content.remove_prefix(static_cast<std::size_t>(written));
            } else if (errno != EINTR) {
                throw_io("cannot write " + quoted(target_), errno);
            }
        }
    }

    void sync() const {
        if (::fsync(fd_.get()) != 0) {
            throw_io("cannot sync " + quoted(target_), errno);
        }
    }

    void close() { fd_ = FileDescriptor(); }

    /// 0, or errno.
    [[nodiscard]] int try_to_move(Placing placing) {
        const unsigned flags = placing == Placing::only_if_absent ? RENAME_NOREPLACE : 0U;
        if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), flags) != 0) {
            return errno;
        }
        moved_ = true;
        return 0;
    }

    void move_into_place(Placing placing) {
        const int error = try_to_move(placing);
        if (error == EEXIST) {
            throw Error(ErrorKind::io, quoted(target_) + " exists already, and is never overwritten",
                        "move it away first if a new one is really meant");
        }
        if (error != 0) {
            throw_io("cannot put " + quoted(target_) + " into place", error);
        }
    }

    [[nodiscard]] const Path& target() const noexcept { return target_; }

   private:
    Path target_;
    Path path_;
    FileDescriptor fd_;
    bool moved_ = false;
};

void write_whole(const Path& path, std::string_view content, const Access& access, Placing placing) {
    TemporaryFile file(path);
    file.allow(access);
    file.write(content);
    file.sync();
    file.move_into_place(placing);
    sync_folder(folder_of(path));
}

void sync_file_system(const Path& folder) {
    const FileDescriptor open_folder(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!open_folder || ::syncfs(open_folder.get()) != 0) {
        throw_io("cannot sync what was written into " + quoted(folder), errno);
    }
}

/// Whether it is in its place, whose folder is made when it is missing.
bool place(TemporaryFile& file, mode_t folder_mode) {
    const int error = file.try_to_move(Placing::over_the_old);
    if (error != ENOENT) {
        return error == 0;
    }
    const Path folder = folder_of(file.target());
    return ::mkdir(folder.c_str(), 0700) == 0 && ::chmod(folder.c_str(), folder_mode) == 0 &&
           file.try_to_move(Placing::over_the_old) == 0;
}

}  // namespace

FileDescriptor::~FileDescriptor() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

void write_new(const Path& path, std::string_view content, const Access& access) {
    write_whole(path, content, access, Placing::only_if_absent);
}

void replace_file(const Path& path, std::string_view content, const Access& access) {
    write_whole(path, content, access, Placing::over_the_old);
}

std::vector<std::size_t> replace_files(const Path& staging, const std::vector<PlacedFile>& files, const Access& access,
                                       mode_t folder_mode) {
    make_folder(staging, 0700);
    std::deque<TemporaryFile> written;
    for (const PlacedFile& file : files) {
        TemporaryFile& temporary = written.emplace_back(file.path, staging);
        temporary.allow(access);
        temporary.write(file.content);
        temporary.close();
    }
    sync_file_system(staging);
    std::vector<std::size_t> left;
    for (std::size_t at = 0; at < written.size(); ++at) {
        if (!place(written[at], folder_mode)) {
            left.push_back(at);
        }
    }
    return left;
}

void remove_file(const Path& path) {
    if (::unlink(path.c_str()) == 0) {
        sync_folder(folder_of(path));
    } else if (errno != ENOENT) {
        throw_io("cannot remove " + quoted(path), errno);
    }
}

void remove_leftovers(const Path& folder) noexcept {
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(folder.c_str()), ::closedir);
    if (!listing) {
        return;
    }
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string_view name = entry->d_name;
        if (name.substr(0, kTemporaryPrefix.size()) == kTemporaryPrefix) {
            ::unlinkat(::dirfd(listing.get()), entry->d_name, 0);
        }
    }
}

void make_folder(const Path& path, mode_t mode) {
    const bool made = ::mkdir(path.c_str(), 0700) == 0;
    if (!made && errno != EEXIST) {
        throw_io("cannot make the folder " + quoted(path), errno);
    }
    const FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!made) {
        if (!folder && errno == ENOTDIR) {
            throw_io("cannot make the folder " + quoted(path), errno);
        }
        return;
    }
    if (!folder || ::fchmod(folder.get(), mode) != 0) {
        throw_io("cannot set the mode of the folder " + quoted(path), errno);
    }
    sync_folder(folder_of(path));
}

void sync_folder(const Path& path) {
    const FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0) {
        throw_io("cannot sync the folder " + quoted(path), errno);
    }
}

}  // namespace halfday
