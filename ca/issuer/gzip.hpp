#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ca/base/file.hpp"

namespace halfday {

/// Writes text to an open file as gzip; the same text gives the same bytes. Throws Error{io}.
class GzipWriter {
   public:
    /// `name` is what messages call the file.
    GzipWriter(const FileDescriptor& file, Path name);
    GzipWriter(const GzipWriter&) = delete;
    GzipWriter& operator=(const GzipWriter&) = delete;
    ~GzipWriter();
    void put(std::string_view text);
    /// Writes what is left. Once, after the last put.
    void finish();

   private:
    struct Stream;
    Path name_;
    std::unique_ptr<Stream> stream_;
};

/// The lines of a gzip file, one after the other: memory depends on the longest alone, which `most` bytes bound.
class GzipLines {
   public:
    /// Throws Error{not_found} where there is none, Error{io}.
    GzipLines(const Path& file, std::size_t most);
    GzipLines(const GzipLines&) = delete;
    GzipLines& operator=(const GzipLines&) = delete;
    ~GzipLines();
    /// Without its "\n"; nothing at the end. Throws Error{corrupt} when a line is longer than it may be, has no end, or
    /// the file is cut or no gzip.
    [[nodiscard]] std::optional<std::string> next();

   private:
    struct Stream;
    Path name_;
    std::string line_;
    std::unique_ptr<Stream> stream_;
};

}  // namespace halfday
