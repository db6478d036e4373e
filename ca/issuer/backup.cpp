#include "ca/issuer/backup.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "ca/base/error.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/pinned_roots.hpp"
#include "ca/exchange/settings.hpp"
#include "ca/issuer/archive_file.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/issuer_keys.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/ledger_key.hpp"
#include "ca/issuer/sealed_keys.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostKeyBytes = 64 * 1024;
constexpr std::string_view kBackupCopyName = "backup";
constexpr std::string_view kSealedKey = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n";

void add_file(std::vector<BackupItem>& items, std::string_view path, const Path& file) {
    if (auto content = read_file_if_there(file, kMostBackupFileBytes)) {
        items.push_back({std::string(path), content_of(std::move(*content))});
    }
}

void add_configuration(std::vector<BackupItem>& items, const Places& places) {
    for (const Path& file : configuration_files(places)) {
        add_file(items, std::string(kBackupEtc) + file.filename().string(), file);
    }
    std::vector<std::string> hosts;
    for (const auto& each : std::filesystem::directory_iterator(places.hosts())) {
        hosts.push_back(each.path().filename().string());
    }
    std::sort(hosts.begin(), hosts.end());
    for (const std::string& host : hosts) {
        if (const std::string path = std::string(kBackupHosts) + host; is_backup_path(path)) {
            add_file(items, path, places.hosts() / host);
        }
    }
}

/// Whether a key file is encrypted PKCS#8 and nothing else.
bool is_sealed(std::string_view pem) {
    return pem.starts_with(kSealedKey) && pem.find("-----BEGIN", 1) == std::string_view::npos;
}

/// Those that can't be used are left where they are: `check` tells. Throws Error{corrupt} for one that is in the clear:
/// a backup has no secret in it.
void add_sealed(std::vector<BackupItem>& items, const Places& places) {
    for (const SealedKey& sealed : find_sealed(places).whole) {
        const KeyPlace& place = sealed.place;
        if (!is_sealed(read_secret_file(place.sealed(), kMostKeyBytes).reveal())) {
            throw Error(ErrorKind::corrupt,
                        fmt::format("'{}' is not encrypted, and was to be", place.sealed().string()),
                        "somebody wrote another key there, or opened this one: find out who, and have its intermediate "
                        "revoked; without that folder there is a backup");
        }
        const std::string folder = std::string(kBackupSealed) + place.folder.filename().string() + "/";
        for (const Path& file : {place.sealed(), place.request(), place.chain()}) {
            add_file(items, folder + file.filename().string(), file);
        }
    }
}

BackedUpKey add_intermediate(std::vector<BackupItem>& items, const Places& places) {
    const IssuerFiles files(places);
    const std::string uri = read_settings(places.settings()).issuer_key;
    const auto keys = find_key_places(places, uri);
    // Which of several signs changes by itself; one that was made later has its files elsewhere.
    if (keys.size() > 1 || (keys.size() == 1 && keys.front().folder != files.folder)) {
        return BackedUpKey::left_out;
    }
    const auto key = first_key_place(places, uri).key.file();
    const bool is_here = key == files.folder / "key.pem";
    if (is_here) {
        const Secret pem = read_secret_file(*key, kMostKeyBytes);
        if (!is_sealed(pem.reveal())) {
            return BackedUpKey::left_out;
        }
        items.push_back({std::string(kBackupKey), content_of(std::string(pem.reveal()))});
    }
    add_file(items, kBackupRequest, files.request());
    add_file(items, kBackupChain, files.chain());
    return is_here ? BackedUpKey::sealed : BackedUpKey::elsewhere;
}

/// Opened while their ledger is copied: they may take their time to be written.
std::vector<FileDescriptor> open_archives(const std::vector<LedgerArchive>& archives) {
    std::vector<FileDescriptor> opened;
    for (const LedgerArchive& archive : archives) {
        require_unchanged(archive);
        opened.emplace_back(::open(archive.file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
        if (!opened.back()) {
            throw_errno("cannot read '" + archive.file.string() + "'");
        }
    }
    return opened;
}

/// An open copy that has no name any more.
FileDescriptor copy_ledger(const Ledger& ledger, const Path& folder) {
    const Path copy = folder / (std::string(kTemporaryPrefix) + std::string(kBackupCopyName));
    ledger.copy_to(copy);
    FileDescriptor fd(::open(copy.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) {
        throw_errno("cannot read '" + copy.string() + "'");
    }
    remove_file(copy);
    return fd;
}

}  // namespace

void write_issuer_backup(const Places& places, int fd, Time now) {
    const IssuerFiles files(places);
    std::vector<BackupItem> items;
    BackupManifest manifest{.made_at = now,
                            .root = read_pinned_roots(places).front().fingerprint().text(),
                            .ledger = {},
                            .ledger_key = {},
                            .key = BackedUpKey::left_out,
                            .files = {}};
    FileDescriptor ledger_copy;
    std::vector<LedgerArchive> archives;
    std::vector<FileDescriptor> opened;
    {
        const FileLock lock = FileLock::acquire(files.lock(), "halfday backup", kRunPatienceSeconds);
        remove_leftovers(files.folder);
        const Ledger ledger = Ledger::open(files.ledger());
        const auto key = find_ledger_key(places);
        add_configuration(items, places);
        manifest.key = add_intermediate(items, places);
        add_sealed(items, places);
        add_file(items, kBackupCrls, files.crls());
        add_file(items, kBackupCross, files.cross());
        add_file(items, kBackupProfile, files.profile());
        manifest.ledger = ledger.head();
        manifest.ledger_key = key ? identity_text(key->public_key()) : "";
        ledger_copy = copy_ledger(ledger, files.folder);
        archives = ledger.archives();
        opened = open_archives(archives);
    }
    items.push_back({std::string(kBackupLedger), content_of(ledger_copy)});
    for (std::size_t at = 0; at < archives.size(); ++at) {
        items.push_back({std::string(kBackupArchives) + archives[at].file.filename().string(), content_of(opened[at])});
    }
    write_backup(fd, std::move(manifest), items);
}

}  // namespace halfday
