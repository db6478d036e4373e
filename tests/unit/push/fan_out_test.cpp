#include "distribute/push/fan_out.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "../in_child.hpp"

namespace halfday {
namespace {

using std::chrono::milliseconds;

Turns turns(std::size_t count, std::size_t parallel, milliseconds timeout = milliseconds(60'000)) {
    std::vector<std::string> places;
    for (std::size_t i = 0; i < count; ++i) places.push_back("web" + std::to_string(i));
    return {places, {.parallel = parallel, .timeout = timeout, .least = milliseconds(0)}};
}

Ending over(std::size_t, milliseconds) { return Ending::over; }

}  // namespace

TEST_CASE("every visit is taken once, by the thread that called") {
    std::set<std::size_t> taken;
    const auto caller = std::this_thread::get_id();
    fan_out(turns(100, 7), {over, [&](std::size_t index) {
                                CHECK(std::this_thread::get_id() == caller);
                                CHECK(taken.insert(index).second);
                            }});
    CHECK(taken.size() == 100);
    fan_out(turns(0, 7), {over, [](std::size_t) { FAIL("there was nothing to visit"); }});
}

TEST_CASE("visits run at the same time, and no more of them than allowed") {
    constexpr int kParallel = 4;
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    std::atomic<int> all_met{0};
    const auto visit = [&](std::size_t, milliseconds) {
        const int now = ++running;
        int seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        // The first ones wait for each other: alone, none would go on before its time.
        for (int i = 0; i < 1000 && most < kParallel; ++i) std::this_thread::sleep_for(milliseconds(1));
        all_met += most == kParallel ? 1 : 0;
        --running;
        return Ending::over;
    };
    fan_out(turns(12, kParallel), {visit, [](std::size_t) {}});
    CHECK(most == kParallel);
    CHECK(all_met == 12);
}

TEST_CASE("where fewer threads can be had than visits may run at a time, those make all of them") {
    const int status = test::in_child([] {
        std::size_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        const rlim_t room = pages * static_cast<rlim_t>(::getpagesize()) + 100'000'000;  // a thread's stack has 8 MB
        const rlimit memory{room, room};
        if (::setrlimit(RLIMIT_AS, &memory) != 0) return 1;
        std::size_t taken = 0;
        const auto visit = [](std::size_t, milliseconds) {
            std::this_thread::sleep_for(milliseconds(20));
            return Ending::over;
        };
        fan_out(turns(40, 32), {visit, [&](std::size_t) { ++taken; }});
        return taken == 40 ? 0 : 2;
    });
    CHECK(status == 0);
}

TEST_CASE("a visit that is lost is made again after the others, and taken once") {
    std::mutex mutex;
    std::vector<std::size_t> order;
    std::atomic<int> taken{0};
    const auto visit = [&](std::size_t index, milliseconds) {
        const std::lock_guard lock(mutex);
        const bool is_first = std::find(order.begin(), order.end(), index) == order.end();
        order.push_back(index);
        return index == 0 && is_first ? Ending::turned_away : Ending::over;
    };
    fan_out(turns(3, 1), {visit, [&](std::size_t) { ++taken; }});
    CHECK(order == std::vector<std::size_t>{0, 1, 2, 0});
    CHECK(taken == 3);
}

TEST_CASE("who watches hears of the visit that takes longest, and at the end that all is over") {
    std::vector<Standing> standings;
    const auto visit = [](std::size_t index, milliseconds) {
        std::this_thread::sleep_for(milliseconds(index == 1 ? 500 : 1));
        return Ending::over;
    };
    fan_out(turns(5, 2), {visit, [](std::size_t) {}, [&](const Standing& standing) { standings.push_back(standing); }});
    REQUIRE_FALSE(standings.empty());
    CHECK(std::any_of(standings.begin(), standings.end(), [](const Standing& each) {
        return each.longest && each.longest->index == 1 && each.in_flight == 1 && each.over == 4;
    }));
    CHECK(standings.back().over == 5);
    CHECK(standings.back().count == 5);
    CHECK_FALSE(standings.back().longest);
}

TEST_CASE("what the visitor or the taker throws leaves, and no visits begin after it") {
    std::atomic<int> visits{0};
    const auto visit = [&](std::size_t index, milliseconds) {
        ++visits;
        if (index == 3) throw std::runtime_error("out of memory");
        return Ending::over;
    };
    CHECK_THROWS_WITH(fan_out(turns(1000, 1), {visit, [](std::size_t) {}}), "out of memory");
    CHECK(visits == 4);

    visits = 0;
    const auto slow = [&](std::size_t, milliseconds) {
        ++visits;
        std::this_thread::sleep_for(milliseconds(1));
        return Ending::over;
    };
    CHECK_THROWS_WITH(fan_out(turns(1000, 2), {slow, [](std::size_t) { throw std::runtime_error("disk full"); }}),
                      "disk full");
    CHECK(visits < 100);
}

}  // namespace halfday
