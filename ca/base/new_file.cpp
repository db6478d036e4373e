#include "ca/base/new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "ca/base/error.hpp"
#include "ca/base/path.hpp"

namespace halfday {
namespace {

[[noreturn]] void throw_exists(const Path& path) {
    throw Error(ErrorKind::io, quoted(path) + " exists already, and is never overwritten", "name a new file");
}

}  // namespace

NewFile::NewFile(const Path& path)
    : path_(path), beside_(folder_of(path) / (std::string(kTemporaryPrefix) + std::to_string(::getpid()) + "-new")) {
    struct stat status {};
    if (::lstat(path_.c_str(), &status) == 0) {
        throw_exists(path_);
    }
    fd_ = FileDescriptor(::open(beside_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd_) {
        throw_errno("cannot write " + quoted(path_));
    }
}

NewFile::~NewFile() {
    if (fd_ && !beside_.empty()) {
        ::unlink(beside_.c_str());
    }
}

void NewFile::put_into_place() {
    if (::fsync(fd_.get()) != 0) {
        throw_errno("cannot sync " + quoted(path_));
    }
    if (::renameat2(AT_FDCWD, beside_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0) {
        if (errno == EEXIST) {
            throw_exists(path_);
        }
        throw_errno("cannot put " + quoted(path_) + " into place");
    }
    beside_.clear();
    sync_folder(folder_of(path_));
}

}  // namespace halfday
