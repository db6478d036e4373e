#include "distribute/push/rollout.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <numeric>
#include <set>
#include <stdexcept>

namespace halfday {

TEST_CASE("every visit is taken once, by the thread that called") {
    std::set<std::size_t> taken;
    const auto caller = std::this_thread::get_id();
    visit_all(
        100, 7, [](std::size_t index) { return index; },
        [&](std::size_t index) {
            CHECK(std::this_thread::get_id() == caller);
            CHECK(taken.insert(index).second);
        });
    CHECK(taken.size() == 100);
    visit_all(
        0, 7, [](std::size_t index) { return index; }, [](std::size_t) { FAIL("there was nothing to visit"); });
}

TEST_CASE("visits run at the same time, and no more of them than allowed") {
    constexpr int kParallel = 4;
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    std::atomic<int> all_met{0};
    visit_all(
        12, kParallel,
        [&](std::size_t) {
            const int now = ++running;
            int seen = most;
            while (now > seen && !most.compare_exchange_weak(seen, now)) {
            }
            // The first ones wait for each other: alone, none would go on before its time.
            for (int i = 0; i < 1000 && most < kParallel; ++i) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            all_met += most == kParallel ? 1 : 0;
            --running;
            return 0;
        },
        [](int) {});
    CHECK(most == kParallel);
    CHECK(all_met == 12);
}

TEST_CASE("what the visitor or the taker throws leaves, and no visits begin after it") {
    std::atomic<int> visits{0};
    const auto visit = [&](std::size_t index) {
        ++visits;
        if (index == 3) throw std::runtime_error("out of memory");
        return 0;
    };
    CHECK_THROWS_WITH(visit_all(1000, 1, visit, [](int) {}), "out of memory");
    CHECK(visits == 4);

    visits = 0;
    CHECK_THROWS_WITH(visit_all(
                          1000, 2,
                          [&](std::size_t) {
                              ++visits;
                              std::this_thread::sleep_for(std::chrono::milliseconds(1));
                              return 0;
                          },
                          [](int) { throw std::runtime_error("disk full"); }),
                      "disk full");
    CHECK(visits < 100);
}

}  // namespace halfday
