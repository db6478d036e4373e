#include "distribute/push/hold_off.hpp"

#include <catch2/catch.hpp>

namespace halfday {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Time kNow = parse_time("2026-11-24T12:00:00Z");

struct Case {
    const char* says;
    unsigned misses;
    Seconds since;                       // the last of them
    std::optional<Seconds> first_end;    // from now
    std::optional<Seconds> tried_after;  // from now; nothing: by this run
};

const Case kCases[] = {
    {"a host that answers is tried", 0, minutes{15}, hours{8}, {}},
    {"after one miss the next run tries", 1, minutes{15}, hours{8}, {}},
    {"after two misses the next run tries", 2, minutes{15}, hours{8}, {}},
    {"after three misses it is tried after half an hour", 3, minutes{15}, hours{8}, minutes{15}},
    {"and not before", 3, minutes{29}, hours{8}, minutes{1}},
    {"and then", 3, minutes{30}, hours{8}, {}},
    {"after four misses after an hour", 4, minutes{15}, hours{8}, minutes{45}},
    {"after five misses after two hours", 5, minutes{15}, hours{12}, minutes{105}},
    {"after any number no later", 4'000'000'000, minutes{15}, hours{12}, minutes{105}},
    {"the wait ends where a certificate nears its end", 5, minutes{15}, hours{7}, hours{1}},
    {"near the end of a certificate every run tries", 5, minutes{15}, hours{6}, {}},
    {"a host whose certificate has expired is tried by every run", 5, minutes{15}, hours{-30}, {}},
    {"a host that lacks a certificate is tried by every run", 5, minutes{15}, {}, {}},
    {"a miss in the future was by a wrong clock", 5, minutes{-15}, hours{12}, {}},
};

}  // namespace

TEST_CASE("a run that pushes twice misses a host once") {
    Misses misses = another_miss({}, kNow);
    CHECK(misses == Misses{1, kNow});
    misses = another_miss(misses, kNow + minutes{1});
    CHECK(misses == Misses{1, kNow});
    misses = another_miss(misses, kNow + minutes{5});
    CHECK(misses == Misses{2, kNow + minutes{5}});
    misses = another_miss(misses, kNow - hours{1});
    CHECK(misses == Misses{3, kNow - hours{1}});
    CHECK(another_miss({1'000'000, kNow}, kNow + hours{1}).runs == 1'000'000);
}

TEST_CASE("a host that is down is tried less and less often, as long as what it serves is far from its end") {
    for (const Case& one : kCases) {
        INFO(one.says);
        const auto first_end = one.first_end ? std::optional(kNow + *one.first_end) : std::nullopt;
        const auto until = hold_off_until({one.misses, kNow - one.since}, first_end, kNow);
        CHECK((until ? std::optional(*until - kNow) : std::nullopt) == one.tried_after);
    }
    CHECK_FALSE(hold_off_until({5, {}}, kNow + hours{12}, kNow));
}

}  // namespace halfday
