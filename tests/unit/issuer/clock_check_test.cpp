#include "ca/issuer/clock_check.hpp"

#include <catch2/catch.hpp>

using namespace halfday;
using namespace std::chrono_literals;

namespace {

constexpr Seconds kJump = std::chrono::days{30};
const Time kNow = parse_time("2026-11-24T12:00:00Z");

LedgerMoment issued(Time at) { return {at, LedgerMoment::Origin::certificate}; }
LedgerMoment accepted(Time at) { return {at, LedgerMoment::Origin::accepted_clock}; }

}  // namespace

TEST_CASE("a clock is held against the ledger's last moment, and both times are told") {
    struct Row {
        const char* what;
        std::optional<LedgerMoment> last;
        Time now;
        std::string fault;
    };
    const Row rows[] = {
        {"an empty ledger", std::nullopt, kNow, ""},
        {"the same second", issued(kNow), kNow, ""},
        {"a second later", issued(kNow - 1s), kNow, ""},
        {"a second earlier", issued(kNow), kNow - 1s,
         "the clock says 2026-11-24T11:59:59Z, but the newest certificate was issued at 2026-11-24T12:00:00Z"},
        {"earlier than an accepted clock", accepted(kNow), kNow - 1h,
         "the clock says 2026-11-24T11:00:00Z, but the clock was last accepted at 2026-11-24T12:00:00Z"},
        {"as far ahead as may be", issued(kNow - kJump), kNow, ""},
        {"further ahead", issued(kNow - kJump - 1s), kNow,
         "the clock says 2026-11-24T12:00:00Z, more than 30d after the newest certificate was issued at "
         "2026-10-25T11:59:59Z"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto fault = clock_fault(row.last, row.now, kJump);
        CHECK((fault ? fault->what : "") == row.fault);
        if (fault) {
            CHECK(fault->remedy == ClockRemedy::set_or_accept);
            CHECK(fault->hint().find("halfday issue --accept-clock") != std::string::npos);
        }
    }
}

TEST_CASE("a year before this program was written can't be accepted") {
    const Time early = kEarliestClock - 1s;
    for (const auto& last :
         {std::optional<LedgerMoment>{}, std::optional(issued(kNow)), std::optional(accepted(early))}) {
        const auto fault = clock_fault(last, early, kJump);
        REQUIRE(fault);
        CHECK(fault->remedy == ClockRemedy::set);
        CHECK(fault->what ==
              "the clock says 2025-12-31T23:59:59Z, which is before 2026-01-01T00:00:00Z, when this program was "
              "written");
        CHECK(fault->hint().find("--accept-clock") == std::string::npos);
    }
    CHECK_FALSE(clock_fault(std::nullopt, kEarliestClock, kJump));
}
