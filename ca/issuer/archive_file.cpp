#include "ca/issuer/archive_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "ca/base/error.hpp"
#include "ca/base/new_file.hpp"
#include "ca/exchange/ledger_export.hpp"
#include "ca/issuer/gzip.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;

std::string name_of(const Path& file) { return fmt::format("the archive '{}'", file.string()); }

std::string sha256_of_file(const Path& file) {
    const FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd) {
        throw_errno("cannot read " + name_of(file));
    }
    Sha256Stream digest;
    std::string piece(kPieceBytes, '\0');
    while (true) {
        const ssize_t count = ::read(fd.get(), piece.data(), piece.size());
        if (count == 0) {
            return digest.finish_hex();
        }
        if (count < 0 && errno != EINTR) {
            throw_errno("cannot read " + name_of(file));
        }
        digest.put(std::string_view(piece).substr(0, static_cast<std::size_t>(count < 0 ? 0 : count)));
    }
}

/// Reads no more rows than there may be, however many the file has.
std::string fault_of_rows(const Path& file, const LedgerHead& before, const LedgerHead& end) {
    GzipLines lines(file, kMostExportLineBytes);
    LedgerHead at = before;
    while (const auto line = lines.next()) {
        if (at.size == end.size) {
            return fmt::format("it goes on after row {}", end.size);
        }
        const ExportedRow row = parse_export_row(*line);
        if (std::string fault = fault_of_row(row.bound, row.hash, at.size, at.hash); !fault.empty()) {
            return fault;
        }
        at = {at.log_id, row.bound.row.sequence, row.hash};
    }
    if (at.size != end.size) {
        return fmt::format("it ends after row {}, and should after row {}", at.size, end.size);
    }
    return at.hash == end.hash ? "" : "its last row is another";
}

std::string fault_or_what(const Path& file, const LedgerHead& before, const LedgerHead& end) {
    try {
        const std::string fault = fault_of_rows(file, before, end);
        return fault.empty() ? "" : fmt::format("{}: {}", name_of(file), fault);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::corrupt) {
            throw;
        }
        return fmt::format("{}: {}", name_of(file), error.what());
    }
}

/// A month of rows, as the ledger has them, into a new file.
void write_rows(const Ledger& ledger, const MonthRows& rows, const Path& path) {
    NewFile file(path);
    GzipWriter writer(file.descriptor(), path);
    ledger.export_rows(rows.first, rows.last, [&](const std::string& line) { writer.put(line); });
    writer.finish();
    file.put_into_place();
}

}  // namespace

LedgerArchive write_archive(const Ledger& ledger, const MonthRows& rows) {
    const LedgerHead end = ledger.head_at(rows.last);
    const Path file = ledger.archive_file(rows);
    if (!std::filesystem::exists(file)) {
        write_rows(ledger, rows, file);
    }
    if (const std::string fault = fault_or_what(file, ledger.head_at(rows.first - 1), end); !fault.empty()) {
        throw Error(ErrorKind::corrupt, fault, "move it away and run this again: its rows are still in the ledger");
    }
    return {rows, end.hash, sha256_of_file(file), file};
}

std::string fault_of_archive(const LedgerArchive& archive, const LedgerHead& before) {
    if (!std::filesystem::exists(archive.file)) {
        return fmt::format("{} with rows {} to {} is missing", name_of(archive.file), archive.rows.first,
                           archive.rows.last);
    }
    if (archive.rows.first != before.size + 1) {
        return fmt::format("{} begins with row {}, and what is before it ends with row {}", name_of(archive.file),
                           archive.rows.first, before.size);
    }
    if (sha256_of_file(archive.file) != archive.file_sha256) {
        return fmt::format("{} was changed: its SHA-256 is another", name_of(archive.file));
    }
    return fault_or_what(archive.file, before, {before.log_id, archive.rows.last, archive.hash});
}

void require_unchanged(const LedgerArchive& archive) {
    if (!std::filesystem::exists(archive.file)) {
        throw Error(ErrorKind::not_found, name_of(archive.file) + " is missing", kArchiveHint);
    }
    if (sha256_of_file(archive.file) != archive.file_sha256) {
        throw Error(ErrorKind::corrupt, name_of(archive.file) + " was changed: its SHA-256 is another", kArchiveHint);
    }
}

void walk_archive(const LedgerArchive& archive, const std::function<void(const std::string&)>& see) {
    require_unchanged(archive);
    GzipLines lines(archive.file, kMostExportLineBytes);
    while (const auto line = lines.next()) {
        see(*line);
    }
}

}  // namespace halfday
