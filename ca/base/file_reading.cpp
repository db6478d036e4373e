// Every reader opens without blocking, looks at what it has opened, and takes a regular file of bounded size only.
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "ca/base/error.hpp"
#include "ca/base/file.hpp"
#include "ca/base/path.hpp"

namespace halfday {
namespace {

// What another user can put in a reader's way; every other error of openat2 is this machine's own.
constexpr std::array kFoundInstead = {ELOOP,  EXDEV,  ENXIO, ENODEV, ENOTDIR,
                                      EISDIR, EACCES, EPERM, EAGAIN, ENAMETOOLONG};

constexpr const char* kNoOpenat2 =
    "nothing here may use openat2(2): is there RestrictSUIDSGID=yes in a drop-in of its systemd unit?";

[[noreturn]] void refuse(const Path& path, const std::string& fault) {
    throw Error(ErrorKind::corrupt, quoted(path) + " " + fault);
}

std::optional<FileDescriptor> open_if_there(const Path& path) {
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (file) {
        return file;
    }
    if (errno == ENOENT) {
        return std::nullopt;
    }
    if (errno == ENXIO || errno == ENODEV) {
        refuse(path, "is not a regular file");
    }
    throw_errno("cannot read " + quoted(path));
}

/// For a name that a person typed: what is looked at depends on the folder that they are in.
std::string where_it_is_looked_for(const Path& path) {
    std::error_code none;
    const Path here = std::filesystem::current_path(none);
    return path.is_absolute() || none ? "" : "it is looked for in '" + here.string() + "': was it copied there?";
}

FileDescriptor open_file(const Path& path) {
    std::optional<FileDescriptor> file = open_if_there(path);
    if (!file) {
        throw_errno("cannot read " + quoted(path), ENOENT, where_it_is_looked_for(path));
    }
    return std::move(*file);
}

std::optional<FileDescriptor> open_beneath(const Path& folder, const Path& relative) {
    const FileDescriptor base(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!base) {
        throw_errno("cannot open the folder " + quoted(folder));
    }
    open_how how{};
    how.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
    FileDescriptor file(static_cast<int>(::syscall(SYS_openat2, base.get(), relative.c_str(), &how, sizeof how)));
    if (file) {
        return file;
    }
    const int error = errno;
    if (error == ENOENT) {
        return std::nullopt;
    }
    if (std::find(kFoundInstead.begin(), kFoundInstead.end(), error) != kFoundInstead.end()) {
        refuse(folder / relative, "is not a file that may be read there");
    }
    throw_errno("cannot read " + quoted(folder / relative), error, error == ENOSYS ? kNoOpenat2 : "");
}

/// The size of a regular file of at most `most` bytes.
struct stat look_at(const FileDescriptor& file, const Path& path, std::size_t most) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) {
        throw_errno("cannot look at " + quoted(path));
    }
    if (!S_ISREG(status.st_mode)) {
        refuse(path, "is not a regular file");
    }
    if (static_cast<std::size_t>(status.st_size) > most) {
        refuse(path, "is larger than " + std::to_string(most) + " bytes");
    }
    return status;
}

/// Fills the buffer as far as the file goes; returns how far.
std::size_t read_into(const FileDescriptor& file, const Path& path, char* buffer, std::size_t room) {
    std::size_t filled = 0;
    while (filled < room) {
        const ssize_t count = ::read(file.get(), buffer + filled, room - filled);
        if (count == 0) {
            break;
        }
        if (count > 0) {
            filled += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            throw_errno("cannot read " + quoted(path));
        }
    }
    return filled;
}

/// Reads into a buffer of one byte more than the file had when it was looked at: a file that grows while it is read is
/// not a whole one.
template <class Buffer>
Buffer read_to_end(const FileDescriptor& file, const Path& path, std::size_t size, Buffer buffer) {
    buffer.resize(size + 1);
    const std::size_t filled = read_into(file, path, buffer.data(), size + 1);
    if (filled > size) {
        refuse(path, "grew while it was read");
    }
    buffer.resize(filled);
    return buffer;
}

std::string read_text(const FileDescriptor& file, const Path& path, std::size_t most) {
    const auto size = static_cast<std::size_t>(look_at(file, path, most).st_size);
    return read_to_end(file, path, size, std::string{});
}

}  // namespace

std::string read_file(const Path& path, std::size_t most) { return read_text(open_file(path), path, most); }

std::optional<std::string> read_file_if_there(const Path& path, std::size_t most) {
    const std::optional<FileDescriptor> file = open_if_there(path);
    return file ? std::optional(read_text(*file, path, most)) : std::nullopt;
}

Secret read_secret_file(const Path& path, std::size_t most) {
    const FileDescriptor file = open_file(path);
    const auto size = static_cast<std::size_t>(look_at(file, path, most).st_size);
    return read_to_end(file, path, size, Secret(size + 1));
}

std::optional<std::string> read_beneath(const Path& folder, const Path& relative, std::size_t most) {
    const std::optional<FileDescriptor> file = open_beneath(folder, relative);
    if (!file) {
        return std::nullopt;
    }
    const Path path = folder / relative;
    // None is fine: the writer has put a newer file in its place since.
    if (look_at(*file, path, most).st_nlink > 1) {
        refuse(path, "has more than one link");
    }
    return read_text(*file, path, most);
}

}  // namespace halfday
