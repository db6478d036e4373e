#include "distribute/push/delivery_count.hpp"

#include <catch2/catch.hpp>

#include "host_under_test.hpp"

using namespace halfday;

TEST_CASE("a delivery counts as what its own receipt says, and a visit without answer as one") {
    const test::HostUnderTest web{"web1.example.org"};
    const Errand errand{&web.host, {{web.www, "aa", "01"}}, {}};
    const auto reception = [&](const std::string& delivered, Outcome outcome) {
        Reception made{};
        made.record.entries[web.www].delivered = delivered;
        made.record.entries[web.www].outcome = outcome;
        return made;
    };
    DeliveryCount count;
    count.add(errand, reception("aa", Outcome::proved), false);
    count.add(errand, reception("aa", Outcome::proved), false);
    count.add(errand, reception("aa", Outcome::rolled_back), false);
    count.add(errand, reception("bb", Outcome::failed), false);  // of the chain before
    count.add(errand, {}, false);
    count.add(errand, reception("aa", Outcome::proved), true);
    std::string text;
    const RunCounts counts = count.counts(std::chrono::milliseconds{7});
    for (const auto& total : counts.totals) text += total.of + " " + std::to_string(total.count) + ", ";
    CHECK(text == "unanswered 1, proved 2, unproved 0, rolled_back 1, refused 0, skew 0, failed 0, ");
    CHECK(counts.newest_run == std::chrono::milliseconds{7});
}
