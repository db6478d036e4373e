#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/exchange/places.hpp"
#include "ca/issuer/ledger.hpp"

namespace halfday {

struct ArchiveReport {
    std::vector<LedgerArchive> archived;  // the oldest first; of a dry run without hashes
    std::string warning;                  // why the ledger's file is as large as before, "" for none
};

/// What would be archived (closed_months.hpp).
[[nodiscard]] ArchiveReport plan_archives(const Places& places, const std::optional<std::string>& before, Time now);

/// Moves each closed month to an archive: the file is written beside, synced, renamed, read back and held against the
/// chain of hashes before its rows leave the ledger, which then shrinks. Issuing goes on meanwhile, but for the moments
/// in which rows are deleted. Killed at any point it goes on where it was when it is run again: a file that is there
/// but not recorded is verified and taken. Throws Error.
[[nodiscard]] ArchiveReport archive_ledger(const Places& places, const std::optional<std::string>& before, Time now);

}  // namespace halfday
