#include "ca/status/check_line.hpp"

#include <catch2/catch.hpp>

#include "rows.hpp"

using namespace halfday;
using namespace std::chrono_literals;
using test::kNow;

TEST_CASE("a monitoring system gets one line: words, and performance data with the ranges that count") {
    Fleet fleet = test::fleet_of({test::served_row("web1")});
    fleet.runway = test::runway();
    fleet.issuer_ran = fleet.distributor_ran = kNow - 1min;
    CHECK(check_line(fleet, kNow) ==
          "OK: 0 of 1 certificates need attention, 0 dark, the first of the others in 11 h | certificates=1 "
          "served=1;;;0;1 dark=0;;0;0 critical=0;;0;0 warning=0;0;;0 problems=0;0;;0 next_dark=39600s "
          "issuing_ends=2937600s;1209600:;259200: root_ends=40176000s;31536000: issuer_ran=60s;3600 "
          "distributor_ran=60s;3600\n");
}

TEST_CASE("the worst is told, and foreign text can't pass for performance data") {
    Fleet fleet = test::fleet_of({test::warned_row("web1", "failed: a|b=1"), test::served_row("web2")});
    fleet.problems = {"first|problem"};
    const std::string line = check_line(fleet, kNow);
    CHECK(
        line.starts_with("WARNING: 1 of 2 certificates need attention, 0 dark, the first of the others in 11 h; "
                         "first/problem; web1/www: failed: a/b=1 | certificates=2 "));
    CHECK(std::count(line.begin(), line.end(), '|') == 1);
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    CHECK(one_line("a|b\nc") == "a/b c");
}
