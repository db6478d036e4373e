#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "ca/issuer/ledger_store.hpp"

namespace halfday {
namespace {

constexpr std::uintmax_t kFullBytes = 256 * 1024;  // less room than a run's write-ahead log may need

// SQLite's file header (https://sqlite.org/fileformat.html, 1.3).
constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr std::size_t kHeaderBytes = 100;
constexpr std::size_t kPageSizeAt = 16;
constexpr std::size_t kPageCountAt = 28;

using Header = std::array<unsigned char, kHeaderBytes>;

std::uintmax_t big_endian(const Header& header, std::size_t at, std::size_t bytes) {
    std::uintmax_t number = 0;
    for (std::size_t each = at; each < at + bytes; ++each) {
        number = number << 8 | header.at(each);
    }
    return number;
}

/// A checkpoint that was killed may have left the file shorter than its header says; the rest is in the log then.
bool has_write_ahead_log(const Path& path) {
    std::error_code none;
    const auto size = std::filesystem::file_size(path.string() + "-wal", none);
    return !none && size > 0;
}

std::string hint_for(int code, const Path& path) {
    std::error_code unknown;
    const auto room = std::filesystem::space(path.parent_path(), unknown);
    if (code == SQLITE_FULL || (!unknown && room.available < kFullBytes)) {
        return fmt::format("there is no room left on the disk of '{}': make some, and the next run goes on by itself",
                           path.parent_path().string());
    }
    if (code == SQLITE_BUSY) {
        return fmt::format(
            "another program holds it (`fuser -v {}` names it): end that, and the next run goes on by itself",
            path.string());
    }
    if (code == SQLITE_IOERR) {
        return "see in the kernel's log (dmesg) what the disk did; the next run goes on by itself when it works again";
    }
    return "";
}

}  // namespace

void throw_damaged(const Path& path, const std::string& what) {
    throw Error(ErrorKind::corrupt, fmt::format("the ledger '{}' is damaged: {}", path.string(), what),
                kDamagedLedgerHint);
}

void require_whole(const Path& path) {
    Header header{};
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return;  // SQLite says why
    }
    file.read(reinterpret_cast<char*>(header.data()), header.size());
    if (static_cast<std::size_t>(file.gcount()) < header.size() ||
        !std::equal(kMagic.begin(), kMagic.end(), header.begin())) {
        throw_damaged(path, "it is no SQLite database");
    }
    const std::uintmax_t wanted = big_endian(header, kPageSizeAt, 2) * big_endian(header, kPageCountAt, 4);
    const std::uintmax_t size = std::filesystem::file_size(path);
    if (size < wanted && !has_write_ahead_log(path)) {
        throw_damaged(path, fmt::format("it has {} of {} bytes", size, wanted));
    }
}

Error ledger_error(const Path& path, const char* what, const SQLite::Exception& failure) {
    const int code = failure.getErrorCode() & 0xff;  // the rest tells more of the same
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
        return {ErrorKind::corrupt, fmt::format("the ledger '{}' is damaged: {}", path.string(), failure.what()),
                kDamagedLedgerHint};
    }
    return {ErrorKind::io, fmt::format("cannot {} the ledger '{}': {}", what, path.string(), failure.what()),
            hint_for(code, path)};
}

}  // namespace halfday
