#include "ca/exchange/runway.hpp"

#include <catch2/catch.hpp>

using namespace halfday;
using namespace std::chrono_literals;
using Turn = RunwayIntermediate::Turn;

namespace {

constexpr Time kNow{Seconds{1'795'000'000}};
constexpr auto kDay = std::chrono::days{1};

IssuerSnapshot snapshot(std::vector<KnownIntermediate> intermediates) {
    return {.at = kNow,
            .root = "f",
            .root_not_after = kNow + 3000 * kDay,
            .intermediate_not_after = kNow + 10 * kDay,
            .problem = {},
            .entries = {},
            .certificate_life = 11h + 30min,
            .intermediates = std::move(intermediates)};
}

}  // namespace

TEST_CASE("with one intermediate the runway is its life, and certificates get shorter before its end") {
    const Runway runway = runway_of(snapshot({{"aa", kNow - kDay, kNow + 30 * kDay}}), kNow);
    CHECK(runway.issuing_ends == kNow + 30 * kDay);
    CHECK(runway.full_until == kNow + 30 * kDay - 11h - 30min);
    CHECK(runway.ends_first == "intermediate aa");
    CHECK(runway.intermediate_ceremony == kNow + 16 * kDay);
    CHECK(runway.root_ceremony == kNow + 2635 * kDay);
    REQUIRE(runway.intermediates.size() == 1);
    CHECK(runway.intermediates[0].turn == Turn::signs);
}

TEST_CASE("an intermediate that waits makes the runway longer, and the one before it ends first") {
    const IssuerSnapshot issuer = snapshot({{"aa", kNow - 20 * kDay, kNow + 5 * kDay}, {"bb", kNow, kNow + 35 * kDay}});
    const Runway before = runway_of(issuer, kNow + 1h);
    CHECK(before.issuing_ends == kNow + 35 * kDay);
    CHECK(before.ends_first == "intermediate aa");
    CHECK(before.first_end == kNow + 5 * kDay);
    REQUIRE(before.intermediates.size() == 2);
    CHECK(before.intermediates[1].turn == Turn::waits);
    CHECK(before.intermediates[1].signs_from == kNow + kDay);
    const Runway after = runway_of(issuer, kNow + kDay);
    CHECK(after.intermediates[0].turn == Turn::before);
    CHECK(after.intermediates[1].turn == Turn::signs);
    CHECK(runway_of(issuer, kNow + 6 * kDay).intermediates.size() == 1);
}

TEST_CASE("issuing ends with the root, when that is first") {
    IssuerSnapshot issuer = snapshot({{"aa", kNow, kNow + 30 * kDay}});
    issuer.root_not_after = kNow + 8 * kDay;
    const Runway runway = runway_of(issuer, kNow);
    CHECK(runway.issuing_ends == kNow + 8 * kDay);
    CHECK(runway.ends_first == "root");
}

TEST_CASE("a snapshot without the list still has a runway, and one that ended is in the past") {
    CHECK(runway_of(snapshot({}), kNow).issuing_ends == kNow + 10 * kDay);
    CHECK(runway_of(snapshot({}), kNow + 11 * kDay).issuing_ends == kNow + 10 * kDay);
}

TEST_CASE("sealed windows make the runway longer, and the next one is told of in time") {
    IssuerSnapshot issuer = snapshot({{"aa", kNow, kNow + 35 * kDay}});
    issuer.sealed = {{"bb", kNow + 30 * kDay, kNow + 65 * kDay}, {"cc", kNow + 60 * kDay, kNow + 95 * kDay}};
    const Runway runway = runway_of(issuer, kNow);
    CHECK(runway.issuing_ends == kNow + 95 * kDay);
    CHECK(runway.intermediate_ceremony == kNow + 81 * kDay);
    CHECK(runway.ends_first == "intermediate aa");
    REQUIRE(runway.intermediates.size() == 3);
    CHECK(runway.intermediates[1].turn == Turn::sealed);
    CHECK(runway.intermediates[1].signs_from == kNow + 31 * kDay);
    REQUIRE(runway.next_window);
    CHECK(runway.next_window->fingerprint == "bb");
    CHECK(runway.next_window->issuing_ends == kNow + 35 * kDay);
    CHECK_FALSE(runway_of(snapshot({{"aa", kNow, kNow + 35 * kDay}}), kNow).next_window);
    CHECK(runway_of(issuer, kNow + 70 * kDay).next_window->fingerprint == "cc");
}

TEST_CASE("a person is told to unseal from three days before the window opens") {
    const NextWindow next{"bb", kNow + 30 * kDay, kNow + 65 * kDay, kNow + 35 * kDay};
    CHECK_FALSE(unseal_notice(next, kNow + 27 * kDay - 1s));
    CHECK_THAT(unseal_notice(next, kNow + 27 * kDay).value(), Catch::Contains("opens at " + format_time(next.opens)) &&
                                                                  Catch::Contains("issuing ends at") &&
                                                                  Catch::Contains("sudo halfday unseal"));
    CHECK_THAT(unseal_notice(next, kNow + 30 * kDay).value(), Catch::Contains("opened at"));
    CHECK_THAT(unseal_notice(next, kNow + 36 * kDay).value(), Catch::Contains("nothing is issued without it"));
}
