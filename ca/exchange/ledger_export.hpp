#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "ca/exchange/ledger_head.hpp"
#include "ca/exchange/ledger_row.hpp"

namespace halfday {

// A ledger as text that any box can read: JSON, a line each. The first has the log's id, its size, its last hash and,
// signed, the same once more; then a line for each row with all that its hash covers, the certificate and its
// intermediate in PEM.

constexpr std::size_t kMostExportLineBytes = 256 * 1024;

/// Lines, each with its "\n". `signed_head` is sign_head's text, "" where there is no ledger key.
[[nodiscard]] std::string export_line(const LedgerHead& head, std::string_view signed_head,
                                      const std::vector<LedgerOrigin>& origins = {});
[[nodiscard]] std::string export_line(const BoundRow& bound, std::string_view hash, std::string_view chain_pem);

/// A row's line, read again. What it says is not held against its hash or its certificate: see fault_of_row.
struct ExportedRow {
    BoundRow bound;
    std::string hash;
    std::string chain;  // PEM
};
/// Throws Error{corrupt}.
[[nodiscard]] ExportedRow parse_export_row(std::string_view line);

/// What an auditor wants to know of an export.
struct ExportQuestions {
    std::set<std::int64_t> sizes;   // what was the hash at this size
    std::set<std::string> serials;  // is this one in it
};

/// The answers, and what the export says of itself.
struct ExportFacts {
    LedgerHead head;
    std::string key;                             // that its head is signed with, "" for none
    std::map<std::int64_t, std::string> hashes;  // of the sizes that were asked for, as far as it goes
    std::set<std::string> serials;               // those that were asked for and are in it
    std::string fault;                           // the first place where it contradicts itself, "" for none
    std::vector<LedgerOrigin> origins = {};      // the logs that it was restored from
    std::map<std::string, std::map<std::int64_t, std::string>> origin_hashes = {};  // theirs, by log id, as `hashes`
};

/// Gives one line after the other, without its "\n".
using NextLine = std::function<std::optional<std::string>()>;

/// Reads to the end, a line at a time: memory does not depend on the ledger's size. Everything is recomputed: the chain
/// of hashes, what the certificates say, the head and its signature. Throws Error{corrupt} when the first line is none
/// of an export.
[[nodiscard]] ExportFacts read_export(const NextLine& next, const ExportQuestions& questions);

}  // namespace halfday
