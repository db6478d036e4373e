#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>
#include <vector>

#include "ca/base/error.hpp"
#include "ca/issuer/backup.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/ledger.hpp"

namespace halfday {
namespace {

constexpr mode_t kRestoredFolderMode = 0700;
constexpr std::string_view kLedgerCopyName = "restore.db";

[[noreturn]] void throw_has_state(const Path& file) {
    throw Error(ErrorKind::usage, fmt::format("there is an issuer here already: '{}'", file.string()),
                "restore on a box that has none; nothing was changed");
}

struct SmallFile {
    std::string path;
    Path target;
    mode_t mode;
};

/// In the order in which they are written: what was revoked is known before there is a key to sign with.
std::vector<SmallFile> small_files(const IssuerFiles& files, const Backup& backup) {
    std::vector<SmallFile> all{{std::string(kBackupCrls), files.crls(), 0644},
                               {std::string(kBackupCross), files.cross(), 0644},
                               {std::string(kBackupRequest), files.request(), 0644},
                               {std::string(kBackupChain), files.chain(), 0644},
                               {std::string(kBackupProfile), files.profile(), 0600},
                               {std::string(kBackupKey), files.folder / "key.pem", 0600}};
    for (const BackupFile& file : backup.manifest().files) {
        if (file.path.starts_with(kBackupSealed)) {
            all.push_back({file.path, files.intermediates() / file.path.substr(kBackupSealed.size()),
                           file.path.ends_with("/sealed.pem") ? mode_t{0600} : mode_t{0644}});
        }
    }
    return all;
}

void put_back(const SmallFile& file, const IssuerFiles& files, const Backup& backup) {
    if (file.path.starts_with(kBackupSealed)) {
        make_folder(files.intermediates(), kRestoredFolderMode);
        make_folder(file.target.parent_path(), kRestoredFolderMode);
    }
    replace_file(file.target, backup.read(file.path), {.mode = file.mode, .group = std::nullopt});
}

/// Another content than the backup's is somebody's state.
void require_none_or_same(const SmallFile& file, const Backup& backup) {
    const auto there = read_file_if_there(file.target, kMostBackupFileBytes);
    if (there && (!backup.has(file.path) || *there != backup.read(file.path))) {
        throw_has_state(file.target);
    }
}

/// A ledger that was restored from this backup and has grown no further; nothing where there is none.
std::optional<RestoredIssuer> restored_before(const IssuerFiles& files, const Backup& backup) {
    if (!std::filesystem::exists(files.ledger())) {
        return std::nullopt;
    }
    const Ledger ledger = Ledger::open(files.ledger());
    const auto origins = ledger.origins();
    if (origins.empty() || origins.back().head != backup.manifest().ledger ||
        ledger.head().size != backup.manifest().ledger.size) {
        throw_has_state(files.ledger());
    }
    return RestoredIssuer{backup.manifest().ledger, ledger.log_id()};
}

void extract(const Backup& backup, std::string_view path, const Path& copy) {
    const FileDescriptor out(::open(copy.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!out) {
        throw_errno("cannot write '" + copy.string() + "'");
    }
    backup.read(path, [&](std::string_view piece) {
        while (!piece.empty()) {
            const ssize_t count = ::write(out.get(), piece.data(), piece.size());
            if (count < 0 && errno != EINTR) {
                throw_errno("cannot write '" + copy.string() + "'");
            }
            piece.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
        }
    });
}

std::vector<std::pair<std::string, Path>> archives_of(const IssuerFiles& files, const Backup& backup) {
    std::vector<std::pair<std::string, Path>> archives;
    for (const BackupFile& file : backup.manifest().files) {
        if (file.path.starts_with(kBackupArchives)) {
            archives.emplace_back(file.path, files.archive() / file.path.substr(kBackupArchives.size()));
        }
    }
    return archives;
}

/// To where the ledger's copy looks for them, until their rows are in the restored ledger.
void extract_archives(const IssuerFiles& files, const Backup& backup) {
    for (const auto& [path, target] : archives_of(files, backup)) {
        make_folder(files.archive(), kRestoredFolderMode);
        remove_file(target);
        extract(backup, path, target);
    }
}

void remove_archives(const IssuerFiles& files, const Backup& backup) {
    for (const auto& [path, target] : archives_of(files, backup)) {
        remove_file(target);
    }
}

std::string restore_ledger(const IssuerFiles& files, const Backup& backup, Time now) {
    const BackupManifest& manifest = backup.manifest();
    const Path copy = files.folder / (std::string(kTemporaryPrefix) + std::string(kLedgerCopyName));
    extract(backup, kBackupLedger, copy);
    extract_archives(files, backup);
    const Ledger ledger = Ledger::restore(files.ledger(), copy, {manifest.ledger, manifest.ledger_key}, now);
    remove_file(copy);
    return ledger.log_id();
}

}  // namespace

RestoredIssuer restore_issuer(const Places& places, const Backup& backup, Time now) {
    const IssuerFiles files(places);
    const FileLock lock = FileLock::acquire(files.lock(), "halfday restore", kRunPatienceSeconds);
    remove_leftovers(files.folder);
    for (const SmallFile& file : small_files(files, backup)) {
        require_none_or_same(file, backup);
    }
    const auto before = restored_before(files, backup);
    if (!before && std::filesystem::exists(files.ledger_key())) {
        throw_has_state(files.ledger_key());
    }
    RestoredIssuer restored =
        before ? *before : RestoredIssuer{backup.manifest().ledger, restore_ledger(files, backup, now)};
    remove_archives(files, backup);
    for (const SmallFile& file : small_files(files, backup)) {
        if (backup.has(file.path)) {
            put_back(file, files, backup);
        }
    }
    return restored;
}

}  // namespace halfday
