#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace halfday {

/// What the file with a month's rows of a ledger is called: "LOG-2026-09-1.jsonl.gz", the last number that of its first
/// row. It is gzip of the rows' lines of an export (ledger_export.hpp).
[[nodiscard]] std::string archive_name(std::string_view log_id, std::string_view month, std::int64_t first);
/// Whether it is such a name.
[[nodiscard]] bool is_archive_name(std::string_view name);

}  // namespace halfday
