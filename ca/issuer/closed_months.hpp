#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"

namespace halfday {

// Which rows may leave the ledger for an archive: those that no run asks for any more. A run asks what a request was
// answered with, and a request expires 24 h after it was made; how many certificates an entry got within the last
// hours; and what an entry's newest certificate is, which counts as none once it has expired. So nothing is signed
// twice or earlier because an old row is elsewhere.

/// How long the last certificate of a month must have been expired: many times what requests live, and clocks may err.
constexpr Seconds kArchiveRest = std::chrono::hours{7 * 24};

/// Rows that follow each other and were issued in the same month (UTC).
struct MonthRows {
    std::string month;  // "2026-09"
    std::int64_t first = 0;
    std::int64_t last = 0;
    Time last_not_after;  // the latest
};

[[nodiscard]] std::string month_of(Time time);
/// "2026-09" and nothing else. Throws Error{usage}.
[[nodiscard]] std::string parse_month(const std::string& text);

/// Adds the next row of the ledger.
void add_row(std::vector<MonthRows>& months, std::int64_t sequence, Time at, Time not_after);

/// The oldest of `months`, as far as each is over, all its certificates have been expired for kArchiveRest, and, where
/// `before` is given, it is earlier than that month. The clock that counts is the earlier of `now` and the ledger's
/// last moment, so that neither a wrong clock nor one that was accepted ends a month; the month of the ledger's newest
/// row is never over. What follows a month that stays, stays.
[[nodiscard]] std::vector<MonthRows> closed_months(const std::vector<MonthRows>& months, Time last_moment, Time now,
                                                   const std::optional<std::string>& before);

}  // namespace halfday
