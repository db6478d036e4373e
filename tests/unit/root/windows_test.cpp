#include "ca/root/windows.hpp"

#include <catch2/catch.hpp>

#include "ca/base/duration.hpp"
#include "tests/unit/root/signed_root.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kDay = std::chrono::days{1};

std::vector<PublicKey> keys(int count) {
    std::vector<PublicKey> made;
    for (int at = 0; at < count; ++at) {
        made.push_back(PrivateKey::generate(KeyAlgorithm::parse("Ed25519")).public_key());
    }
    return made;
}

Decision<std::vector<IntermediatePlan>> plan(IntermediateOrder order, int windows, int count, Time now = kRootTime) {
    return plan_windows(order, windows, keys(count), a_root().certificate, now);
}

std::vector<IntermediatePlan> plans(const IntermediateOrder& order, int windows, Time now = kRootTime) {
    return std::get<std::vector<IntermediatePlan>>(plan(order, windows, windows, now));
}

}  // namespace

TEST_CASE("a window has a seventh of itself in common with the next one, and two days at least") {
    struct Row {
        Seconds lifetime;
        Seconds overlap;
    };
    for (const Row& row : {Row{35 * kDay, 5 * kDay}, Row{70 * kDay, 10 * kDay}, Row{14 * kDay, 2 * kDay},
                           Row{13 * kDay, 2 * kDay}, Row{4 * kDay, 2 * kDay}}) {
        CHECK(overlap_of(row.lifetime) == row.overlap);
    }
}

TEST_CASE("six windows of 35 days follow one another for half a year") {
    const auto made = plans({}, 6);
    REQUIRE(made.size() == 6);
    for (int at = 0; at < 6; ++at) {
        const IntermediateProfile& profile = made[static_cast<std::size_t>(at)].profile;
        const Time begin = kRootTime - 1h + at * 30 * kDay;
        CHECK(profile.validity == Validity{std::max(begin, kRootTime - 1h), begin + 35 * kDay - 1s});
        CHECK(profile.name == "Example Root intermediate " + format_time(begin + 1h).substr(0, 10));
    }
    CHECK(made.back().profile.validity.not_after - kRootTime > 182 * kDay);
}

TEST_CASE("a name that was ordered tells the windows apart by their days, and is as it is for one") {
    IntermediateOrder order;
    order.name = "Issuer";
    CHECK(plans(order, 1).front().profile.name == "Issuer");
    CHECK(plans(order, 2).back().profile.name == "Issuer " + format_time(kRootTime + 30 * kDay).substr(0, 10));
}

TEST_CASE("windows are refused as a whole, with the reason") {
    struct Row {
        int windows;
        int keys;
        Seconds lifetime;
        Time now;
        std::string reason;
    };
    const Time late = a_root().certificate.not_after() - 40 * kDay;
    for (const Row& row : {
             Row{2, 2, 35 * kDay, kRootTime, ""},
             Row{8, 8, 35 * kDay, kRootTime, ""},
             Row{1, 1, 3 * kDay, kRootTime, ""},
             Row{2, 2, 4 * kDay, kRootTime, ""},
             Row{2, 2, 4 * kDay - 1s, kRootTime, "windows of 345599s are too short to overlap: they need 4d at least"},
             Row{1, 2, 35 * kDay, kRootTime, "the request is for 2 keys, and 1 window is ordered"},
             Row{3, 1, 35 * kDay, kRootTime, "the request is for 1 key, and 3 windows are ordered"},
             Row{0, 1, 35 * kDay, kRootTime, "0 windows are not 1 to 8"},
             Row{9, 8, 35 * kDay, kRootTime, "9 windows are not 1 to 8"},
             Row{2, 2, 35 * kDay, late, ""},
             Row{3, 3, 35 * kDay, late,
                 "the root ends at " + format_time(late + 40 * kDay) + ", before window 3 of 3 begins"},
         }) {
        CAPTURE(row.windows, row.keys);
        IntermediateOrder order;
        order.lifetime = row.lifetime;
        const auto decision = plan(order, row.windows, row.keys, row.now);
        const auto* refusal = std::get_if<Refusal>(&decision);
        CHECK((refusal == nullptr ? "" : refusal->text()) == row.reason);
    }
}

TEST_CASE("the last window ends with the root") {
    const auto made = plans({}, 2, a_root().certificate.not_after() - 40 * kDay);
    CHECK_FALSE(made.front().cut_to_root);
    CHECK(made.back().cut_to_root);
}
