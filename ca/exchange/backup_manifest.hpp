#pragma once

// manifest.json of a backup, for the sources that write and read one.

#include "ca/exchange/backup.hpp"

namespace halfday {

inline constexpr std::string_view kBackupManifestName = "manifest.json";
inline constexpr std::string_view kBackupSumName = "manifest.sha256";  // the last file: the manifest's own hash
constexpr std::size_t kBackupPieceBytes = 256 * 1024;                  // of a file, in memory at a time
constexpr std::size_t kMostManifestBytes = 64 * 1024 * 1024;           // 100,000 hosts have a fifth of it

/// {"format": 1, "made_at", "root", "log", "rows", "head", "ledger_key", "issuer_key", "files": [{"path", "size",
/// "sha256"}]}
[[nodiscard]] std::string to_json(const BackupManifest& manifest);
/// What is in manifest.sha256, as sha256sum writes it.
[[nodiscard]] std::string manifest_sum(std::string_view json);
/// Throws Error{corrupt}: another format, a path that no backup has, one that is there twice or a size that no such
/// file has. What is missing from it is seen by who needs it.
[[nodiscard]] BackupManifest parse_backup_manifest(std::string_view json);

}  // namespace halfday
