#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace halfday {

// What a host finds of an entry beside its delivery (the files that are installed, what clients get of them), as
// receipts, records and snapshots have it: a line each, that begins with "wrong: " or "warning: ". Foreign bytes.

constexpr std::size_t kMostFindingsBytes = 600;
constexpr std::string_view kWrongFinding = "wrong: ";
constexpr std::string_view kWarningFinding = "warning: ";

/// Whether one of them is of something wrong, not a mere warning.
[[nodiscard]] bool is_any_wrong(std::string_view findings);

/// All of them in a line, fit for a terminal; "" for none.
[[nodiscard]] std::string printable_findings(std::string_view findings);

}  // namespace halfday
