#include "ca/issuer/closed_months.hpp"

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMonthLength = 7;  // of an RFC 3339 time

}  // namespace

std::string month_of(Time time) { return format_time(time).substr(0, kMonthLength); }

std::string parse_month(const std::string& text) {
    try {
        if (text.size() == kMonthLength) {
            return month_of(parse_time(text + "-01T00:00:00Z"));
        }
    } catch (const Error&) {  // the same answer as to another length
    }
    throw Error(ErrorKind::usage, "'" + printable(text, 40) + "' is no month", "write it as 2026-09");
}

void add_row(std::vector<MonthRows>& months, std::int64_t sequence, Time at, Time not_after) {
    std::string month = month_of(at);
    if (months.empty() || months.back().month != month) {
        months.push_back({std::move(month), sequence, sequence, not_after});
    }
    months.back().last = sequence;
    months.back().last_not_after = std::max(months.back().last_not_after, not_after);
}

std::vector<MonthRows> closed_months(const std::vector<MonthRows>& months, Time last_moment, Time now,
                                     const std::optional<std::string>& before) {
    const Time by_then = std::min(now, last_moment);
    const std::string current = month_of(by_then);
    std::vector<MonthRows> closed;
    for (std::size_t at = 0; at + 1 < months.size(); ++at) {
        const MonthRows& each = months[at];
        if (each.month >= current || each.last_not_after + kArchiveRest > by_then ||
            (before && each.month >= *before)) {
            break;
        }
        closed.push_back(each);
    }
    return closed;
}

}  // namespace halfday
