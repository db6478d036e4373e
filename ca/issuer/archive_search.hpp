#pragma once

#include <string>
#include <vector>

#include "ca/issuer/ledger.hpp"

namespace halfday {

struct ArchivedRow {
    LedgerRow row;
    std::string chain;  // PEM
};

/// Whether all that `query` gives holds for the row; `most` is not looked at.
[[nodiscard]] bool matches(const LedgerQuery& query, const LedgerRow& row);

/// Ledger::find for the rows in archives: the newest first, at most `most`. Reads every archive from the newest on
/// until there are enough, which takes its time. Throws when one is missing or was changed.
[[nodiscard]] std::vector<ArchivedRow> find_archived(const Ledger& ledger, const LedgerQuery& query);

}  // namespace halfday
