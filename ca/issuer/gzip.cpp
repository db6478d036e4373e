#include "ca/issuer/gzip.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>
#include <zlib.h>

#include <utility>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

constexpr unsigned kBufferBytes = 256 * 1024;

gzFile open_stream(int fd, const char* mode, const Path& name) {
    const gzFile stream = fd < 0 ? nullptr : ::gzdopen(fd, mode);
    if (stream == nullptr) {
        if (fd >= 0) {
            ::close(fd);
        }
        throw_errno("cannot use '" + name.string() + "'");
    }
    ::gzbuffer(stream, kBufferBytes);
    return stream;
}

}  // namespace

struct GzStream {
    gzFile stream = nullptr;
    explicit GzStream(gzFile opened) : stream(opened) {}
    GzStream(const GzStream&) = delete;
    GzStream& operator=(const GzStream&) = delete;
    ~GzStream() { static_cast<void>(close()); }
    int close() { return stream == nullptr ? Z_OK : ::gzclose(std::exchange(stream, nullptr)); }
};

struct GzipWriter::Stream : GzStream {
    using GzStream::GzStream;
};
struct GzipLines::Stream : GzStream {
    using GzStream::GzStream;
};

GzipWriter::GzipWriter(const FileDescriptor& file, Path name)
    : name_(std::move(name)),
      stream_(std::make_unique<Stream>(open_stream(::fcntl(file.get(), F_DUPFD_CLOEXEC, 0), "wb", name_))) {}
GzipWriter::~GzipWriter() = default;

void GzipWriter::put(std::string_view text) {
    if (::gzwrite(stream_->stream, text.data(), static_cast<unsigned>(text.size())) != static_cast<int>(text.size())) {
        throw_errno("cannot write '" + name_.string() + "'");
    }
}

void GzipWriter::finish() {
    if (stream_->close() != Z_OK) {
        throw_errno("cannot write '" + name_.string() + "'");
    }
}

GzipLines::GzipLines(const Path& file, std::size_t most) : name_(file), line_(most + 2, '\0') {
    const int fd = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        throw_errno("cannot read '" + file.string() + "'");
    }
    stream_ = std::make_unique<Stream>(open_stream(fd, "rb", name_));
}
GzipLines::~GzipLines() = default;

std::optional<std::string> GzipLines::next() {
    const char* const got = ::gzgets(stream_->stream, line_.data(), static_cast<int>(line_.size()));
    int code = Z_OK;
    const char* const why = ::gzerror(stream_->stream, &code);
    if (code != Z_OK && code != Z_STREAM_END) {
        throw Error(ErrorKind::corrupt, fmt::format("cannot read '{}': {}", name_.string(), why));
    }
    if (got == nullptr) {
        return std::nullopt;
    }
    std::string line(got);
    if (line.empty() || line.back() != '\n') {
        throw Error(ErrorKind::corrupt, fmt::format("'{}' has a line without end, or one of more than {} bytes",
                                                    name_.string(), line_.size() - 2));
    }
    line.pop_back();
    return line;
}

}  // namespace halfday
