#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ca/base/error.hpp"
#include "ca/base/file.hpp"
#include "ca/exchange/file_stamp.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {

// What a user's run remembers for its next one, in a file of that user's own state folder. It is believed for one
// reason: nobody but that user can write there, and who can be that user can do all that the user can. Its form: a line
// with its name and version, numbers of 8 bytes, the least first, texts with their size before them, and SHA-256 of all
// of it against accidents.

constexpr std::size_t kCacheNumberBytes = 8;

class CacheWriter {
   public:
    explicit CacheWriter(std::string_view magic) : bytes_(magic) {}
    void number(std::int64_t value) {
        auto bits = static_cast<std::uint64_t>(value);
        for (std::size_t at = 0; at < kCacheNumberBytes; ++at, bits >>= 8U) {
            bytes_ += static_cast<char>(bits & 0xffU);
        }
    }
    void text(std::string_view value) {
        number(static_cast<std::int64_t>(value.size()));
        bytes_ += value;
    }
    template <class List, class Write>
    void list(const List& values, Write write) {
        number(static_cast<std::int64_t>(values.size()));
        for (const auto& value : values) write(value);
    }
    template <class Value, class Write>
    void maybe(const Value& value, Write write) {
        number(value ? 1 : 0);
        if (value) write(*value);
    }
    void stamp(const FileStamp& value) {
        number(static_cast<std::int64_t>(value.device));
        number(static_cast<std::int64_t>(value.inode));
        number(value.size);
        number(value.mtime);
        number(value.ctime);
    }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }
    /// All of it, with its sum.
    [[nodiscard]] std::string seal() {
        const Sha256 sum = sha256(bytes_);
        bytes_.append(sum.begin(), sum.end());
        return std::move(bytes_);
    }

   private:
    std::string bytes_;
};

/// Throws Error{corrupt} where there is less than is read.
class CacheReader {
   public:
    explicit CacheReader(std::string_view bytes) : rest_(bytes) {}

    std::int64_t number() {
        std::uint64_t bits = 0;
        const std::string_view bytes = take(kCacheNumberBytes);
        for (std::size_t at = kCacheNumberBytes; at-- > 0;) bits = bits << 8U | static_cast<unsigned char>(bytes[at]);
        return static_cast<std::int64_t>(bits);
    }
    std::string_view text() { return take(static_cast<std::size_t>(number())); }
    /// A count of things that have at least a byte each.
    std::size_t count() {
        const auto value = static_cast<std::size_t>(number());
        if (value > rest_.size()) throw Error(ErrorKind::corrupt, "the cache is cut");
        return value;
    }
    template <class Read>
    auto list(Read read) {
        std::vector<decltype(read())> values;
        const std::size_t size = count();
        values.reserve(std::min(size, rest_.size() / kCacheNumberBytes));
        for (std::size_t at = 0; at < size; ++at) values.push_back(read());
        return values;
    }
    template <class Read>
    auto maybe(Read read) -> std::optional<decltype(read())> {
        return number() == 0 ? std::nullopt : std::optional(read());
    }
    FileStamp stamp() {
        FileStamp value;
        value.device = static_cast<std::uint64_t>(number());
        value.inode = static_cast<std::uint64_t>(number());
        value.size = number();
        value.mtime = number();
        value.ctime = number();
        return value;
    }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

   private:
    std::string_view take(std::size_t size) {
        if (size > rest_.size()) throw Error(ErrorKind::corrupt, "the cache is cut");
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }
    std::string_view rest_;
};

/// What is between `magic` and the sum; nothing for what is cut, damaged or of another version.
[[nodiscard]] std::optional<std::string_view> cache_content(std::string_view bytes, std::string_view magic);

/// "" where there is no file that is this user's alone, or it can't be read.
[[nodiscard]] std::string read_cache(const Path& cache) noexcept;
/// What keeps it from being written (a full disk) costs the next run time, nothing else.
void write_cache(const Path& cache, std::string_view bytes) noexcept;

}  // namespace halfday
