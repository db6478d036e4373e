#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/general_name.hpp"

namespace halfday {

// What a row of the ledger says, and what its hash is over.

/// A certificate as the ledger has it.
struct LedgerRow {
    std::int64_t sequence = 0;  // from 1, without gaps
    Time at;
    std::string host;
    std::string entry;
    std::string request_id;
    std::string request_sha256;
    std::string serial;
    Time not_before;
    Time not_after;
    std::vector<GeneralName> names;
};

/// A row and what its hash binds it to.
struct BoundRow {
    LedgerRow row;
    std::string names;  // join_row_names
    std::string certificate_der;
    std::string intermediate_sha256;
    std::string previous_hash;
};

/// A row's names as it has them: separated by a space. split throws Error{usage} for what is no name.
[[nodiscard]] std::string join_row_names(const std::vector<GeneralName>& names);
[[nodiscard]] std::vector<GeneralName> split_row_names(std::string_view joined);

/// What the first row is bound to: SHA-256 of "halfday ledger " and the log id.
[[nodiscard]] std::string genesis_hash(std::string_view log_id);

/// SHA-256 over all columns but the hash itself, in the table's order (ca/issuer/ledger_schema.hpp), each as its length
/// in decimal, a colon and its bytes (numbers in decimal), so that no two rows have the same bytes.
[[nodiscard]] std::string row_hash(const BoundRow& bound);

/// What is wrong with a row that ought to follow the row `previous_sequence` with the hash `previous_hash`, and whose
/// own hash is `hash`: its place, its hash, or that it says other things than its certificate. "" when nothing is.
/// Throws Error{corrupt} when the certificate is none.
[[nodiscard]] std::string fault_of_row(const BoundRow& bound, std::string_view hash, std::int64_t previous_sequence,
                                       std::string_view previous_hash);

}  // namespace halfday
