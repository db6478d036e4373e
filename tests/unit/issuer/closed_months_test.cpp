#include "ca/issuer/closed_months.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

/// Rows of the moments, each with a certificate of 12 hours.
std::vector<MonthRows> months_of(const std::vector<std::string>& moments) {
    std::vector<MonthRows> months;
    for (std::size_t at = 0; at < moments.size(); ++at) {
        const Time issued = parse_time(moments[at]);
        add_row(months, static_cast<std::int64_t>(at) + 1, issued, issued + 12h);
    }
    return months;
}

}  // namespace

TEST_CASE("rows that follow each other in one month are together") {
    const auto months =
        months_of({"2026-09-01T00:00:00Z", "2026-09-30T23:59:59Z", "2026-10-01T00:00:00Z", "2026-09-30T12:00:00Z"});
    REQUIRE(months.size() == 3);
    CHECK(months[0].month == "2026-09");
    CHECK(months[0].first == 1);
    CHECK(months[0].last == 2);
    CHECK(months[0].last_not_after == parse_time("2026-10-01T11:59:59Z"));
    CHECK(months[1].month == "2026-10");
    CHECK(months[2].month == "2026-09");  // a clock that was set back
    CHECK(months[2].first == 4);
}

TEST_CASE("a month is closed when it is over by both clocks and all its certificates expired a week ago") {
    const std::vector<std::string> quiet{"2026-08-02T00:00:00Z", "2026-09-02T00:00:00Z", "2026-10-20T00:00:00Z"};
    const std::vector<std::string> busy{"2026-08-31T23:00:00Z", "2026-09-30T23:00:00Z", "2026-10-20T00:00:00Z"};
    const std::vector<std::string> set_back{"2026-08-02T00:00:00Z", "2026-11-02T00:00:00Z", "2026-08-03T00:00:00Z",
                                            "2026-10-20T00:00:00Z"};
    struct Row {
        const char* what;
        std::vector<std::string> rows;
        const char* last_moment;
        const char* now;
        const char* before;
        std::size_t closed;
    };
    const Row rows[] = {
        {"two that are over", quiet, "2026-10-20T00:00:00Z", "2026-10-20T00:00:00Z", "", 2},
        {"only those asked for", quiet, "2026-10-20T00:00:00Z", "2026-10-20T00:00:00Z", "2026-09", 1},
        {"none asked for", quiet, "2026-10-20T00:00:00Z", "2026-10-20T00:00:00Z", "2026-08", 0},
        {"never the newest row's", quiet, "2026-10-20T00:00:00Z", "2027-10-20T00:00:00Z", "", 2},
        {"this box's clock is behind", quiet, "2026-10-20T00:00:00Z", "2026-09-20T00:00:00Z", "", 1},
        {"a clock behind was accepted", quiet, "2026-08-20T00:00:00Z", "2026-10-20T00:00:00Z", "", 0},
        {"the last certificate expired less than a week ago", busy, "2026-10-20T00:00:00Z", "2026-10-08T10:59:59Z", "",
         1},
        {"a week ago to the second", busy, "2026-10-20T00:00:00Z", "2026-10-08T11:00:00Z", "", 2},
        {"what follows a month that stays, stays", set_back, "2026-10-20T00:00:00Z", "2026-12-20T00:00:00Z", "", 1},
        {"one month alone", {"2026-08-02T00:00:00Z"}, "2026-08-02T00:00:00Z", "2027-08-02T00:00:00Z", "", 0},
        {"none", {}, "2026-08-02T00:00:00Z", "2027-08-02T00:00:00Z", "", 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const std::optional<std::string> before = *row.before == '\0' ? std::nullopt : std::optional(row.before);
        CHECK(closed_months(months_of(row.rows), parse_time(row.last_moment), parse_time(row.now), before).size() ==
              row.closed);
    }
}

TEST_CASE("a month is written in one form") {
    CHECK(parse_month("2026-09") == "2026-09");
    for (const char* text : {"", "2026", "2026-9", "2026-13", "2026-00", "26-09-1", "2026/09", "2026-09-01"}) {
        CAPTURE(text);
        CHECK(error_of([&] { return parse_month(text); }).kind() == ErrorKind::usage);
    }
}
