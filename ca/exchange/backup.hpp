#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/file.hpp"
#include "ca/exchange/ledger_head.hpp"
#include "ca/exchange/places.hpp"

namespace halfday {

// A backup's format: a tar archive, so that it can be looked into where no halfday is. manifest.json comes first, then
// the files that it lists, in its order, and manifest.sha256. There is no secret in it, but for an issuer key that is
// encrypted. Nothing of it is used before all of it was checked: paths, sizes, hashes, and that each header is what
// write_backup writes, to the byte.

constexpr int kBackupFormat = 1;

inline constexpr std::string_view kBackupEtc = "etc/";  // and below it the paths below /etc/halfday
inline constexpr std::string_view kBackupRoot = "etc/root.pem";
inline constexpr std::string_view kBackupHosts = "etc/hosts.d/";
inline constexpr std::string_view kBackupLedger = "issuer/ledger.db";
inline constexpr std::string_view kBackupArchives = "issuer/archive/";  // and below it archive_name
inline constexpr std::string_view kBackupKey = "issuer/key.pem";
inline constexpr std::string_view kBackupRequest = "issuer/request.pem";
inline constexpr std::string_view kBackupChain = "issuer/chain.pem";
inline constexpr std::string_view kBackupCrls = "issuer/crls.pem";
inline constexpr std::string_view kBackupCross = "issuer/cross.pem";
inline constexpr std::string_view kBackupProfile = "issuer/profile.yaml";
/// And below it, for a window whose key is sealed, FINGERPRINT/sealed.pem, request.pem and chain.pem.
inline constexpr std::string_view kBackupSealed = "issuer/intermediates/";

constexpr std::size_t kMostBackupFileBytes = 64 * 1024 * 1024;  // of any file but the ledger and its archives

/// What became of the intermediate's key.
enum class BackedUpKey {
    sealed,     // encrypted, and in the backup with its request and chain
    left_out,   // in the clear, or one of several: it stays where it is
    elsewhere,  // not in the issuer's folder; request and chain are in the backup
};
[[nodiscard]] std::string_view to_text(BackedUpKey key);

struct BackupFile {
    std::string path;
    std::int64_t size = 0;
    std::string sha256;
};

struct BackupManifest {
    Time made_at;
    std::string root;  // fingerprint
    LedgerHead ledger;
    std::string ledger_key;  // identity_text, "" for none
    BackedUpKey key = BackedUpKey::left_out;
    std::vector<BackupFile> files;
};

/// Calls its argument with the content, piece by piece; may be called again.
using BackupContent = std::function<void(const std::function<void(std::string_view piece)>& put)>;

struct BackupItem {
    std::string path;
    BackupContent content;
};

/// Root's configuration that a backup takes along, but for the inventory.
[[nodiscard]] std::vector<Path> configuration_files(const Places& places);

/// Whether a backup may have a file with this name: those above, and below etc/ configuration_files and
/// hosts.d/HOST.yaml.
[[nodiscard]] bool is_backup_path(std::string_view path);

[[nodiscard]] BackupContent content_of(std::string text);
/// Of an open file, from its beginning; the descriptor must outlive it.
[[nodiscard]] BackupContent content_of(const FileDescriptor& file);

/// Writes the archive of `items` to `fd`; `manifest` is all but its files. Throws Error{io}.
void write_backup(int fd, BackupManifest manifest, const std::vector<BackupItem>& items);

/// An archive that was checked as a whole.
class Backup {
   public:
    /// Reads all of it. `fd`, a regular file, must outlive this. Throws Error{corrupt} with what is wrong with it.
    [[nodiscard]] static Backup open(int fd);

    [[nodiscard]] const BackupManifest& manifest() const noexcept { return manifest_; }
    [[nodiscard]] bool has(std::string_view path) const;
    /// A file's content, held against its hash once more. Throws Error{not_found, corrupt}.
    [[nodiscard]] std::string read(std::string_view path) const;
    /// The same in pieces, for what is too large for memory: throws after the last piece.
    void read(std::string_view path, const std::function<void(std::string_view piece)>& put) const;

   private:
    Backup(int fd, BackupManifest manifest) : fd_(fd), manifest_(std::move(manifest)) {}
    int fd_;
    BackupManifest manifest_;
    std::vector<std::int64_t> offsets_;  // of each file's content
};

}  // namespace halfday
