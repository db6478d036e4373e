#pragma once

#include "ca/base/file.hpp"

namespace halfday {

/// write_new (file.hpp) in steps, for a content that another process writes: a temporary file beside `path`, 0600, that
/// is gone again unless it is put into place.
class NewFile {
   public:
    /// Throws Error{io}, also when `path` exists already.
    explicit NewFile(const Path& path);
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile();

    /// To read and to write.
    [[nodiscard]] const FileDescriptor& descriptor() const noexcept { return fd_; }
    /// Syncs, moves it to `path` without replacing anything, syncs the folder. Throws Error{io}.
    void put_into_place();

   private:
    Path path_;
    Path beside_;
    FileDescriptor fd_;
};

}  // namespace halfday
