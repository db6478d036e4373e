#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ca/issuer/ledger.hpp"

namespace halfday {

// The file that a month's rows are moved to: gzip of their lines in an export (ca/exchange/ledger_export.hpp), so that
// `zcat` shows them where no halfday is. Its name is in ca/exchange/archive_name.hpp. What the ledger keeps of it binds
// it: its rows' hashes are links of the same chain, and its own SHA-256 is recorded.

/// Makes the archive of these rows unless it is there already, whole and synced, and reads it back: what it returns
/// holds. Throws Error{io}, and Error{corrupt} when it does not hold or another file has its name.
[[nodiscard]] LedgerArchive write_archive(const Ledger& ledger, const MonthRows& rows);

/// What is wrong with an archive that ought to follow `before`: it is missing, was changed, or its rows are not those
/// that belong there. "" when nothing is.
[[nodiscard]] std::string fault_of_archive(const LedgerArchive& archive, const LedgerHead& before);

/// Throws Error{not_found} when its file is missing, Error{corrupt} when that has another SHA-256.
void require_unchanged(const LedgerArchive& archive);

/// Calls `see` with each of its lines, after require_unchanged. Throws Error.
void walk_archive(const LedgerArchive& archive, const std::function<void(const std::string& line)>& see);

/// What to do about an archive that does not hold.
inline constexpr const char* kArchiveHint =
    "bring it back from a backup: tar -xf BACKUP issuer/archive; docs/runbooks/ledger-archive.md";

}  // namespace halfday
