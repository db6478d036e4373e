#include "distribute/push/turns.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

namespace halfday {
namespace {

using std::chrono::milliseconds;

const Turns::Instant kStart{};

Turns::Instant at(int ms) { return kStart + milliseconds(ms); }

struct PauseCase {
    Ending ending;
    unsigned tries;
    int pause;  // ms, -1 for giving up
};

const PauseCase kPauses[] = {
    {Ending::over, 1, -1},          {Ending::lost, 1, 500},         {Ending::lost, 2, 2000},
    {Ending::lost, 3, -1},          {Ending::turned_away, 1, 250},  {Ending::turned_away, 2, 500},
    {Ending::turned_away, 5, 4000}, {Ending::turned_away, 8, 4000}, {Ending::turned_away, 9, -1},
    {Ending::way_closed, 3, 1000},
};

Turns turns(const std::vector<std::string>& places, std::size_t parallel = 16) {
    return {places, {.parallel = parallel, .timeout = milliseconds(60'000), .least = milliseconds(10'000)}};
}

/// The visits that begin now.
std::vector<std::size_t> begin_all(Turns& turns, Turns::Instant now) {
    std::vector<std::size_t> begun;
    while (const auto turn = turns.next(now)) begun.push_back(turn->index);
    return begun;
}

using Indices = std::vector<std::size_t>;

}  // namespace

TEST_CASE("after each way to end there is a pause, or none and no more tries") {
    for (const PauseCase& one : kPauses) {
        INFO(static_cast<int>(one.ending) << " after " << one.tries);
        const auto pause = pause_before_retry(one.ending, one.tries, 0.5);
        CHECK((pause ? static_cast<int>(pause->count()) : -1) == one.pause);
    }
    CHECK(pause_before_retry(Ending::lost, 1, 0.0) == milliseconds(375));
    CHECK(pause_before_retry(Ending::lost, 1, 0.999) > milliseconds(620));
}

TEST_CASE("one place gets fewer visits at a time than its sshd begins to drop, and keeps no other waiting") {
    std::vector<std::string> places(20, "jump");
    places.emplace_back("web1");
    Turns some = turns(places);
    const Indices begun = begin_all(some, at(0));
    CHECK(begun.size() == Turns::kMostAtOnePlace + 1);
    CHECK(begun.back() == 20);
    CHECK(some.end(0, Ending::over, at(1), 0.5));
    CHECK(begin_all(some, at(1)) == Indices{8});
}

TEST_CASE("no more visits are made at a time than are allowed in all") {
    Turns some = turns({"a", "b", "c"}, 2);
    CHECK(begin_all(some, at(0)) == Indices{0, 1});
    CHECK(some.end(1, Ending::over, at(1), 0.5));
    CHECK(begin_all(some, at(1)) == Indices{2});
    CHECK(some.over() == 1);
    CHECK(some.in_flight().size() == 2);
}

TEST_CASE("a retry waits for its pause, and for all that were not visited yet") {
    Turns some = turns({"a", "b", "c"}, 1);
    CHECK(begin_all(some, at(0)) == Indices{0});
    CHECK_FALSE(some.end(0, Ending::lost, at(1), 0.5));
    CHECK(some.next_pause_ends() == at(501));
    CHECK(begin_all(some, at(600)) == Indices{1});
    CHECK(some.end(1, Ending::over, at(601), 0.5));
    CHECK(begin_all(some, at(602)) == Indices{2});
    CHECK(some.end(2, Ending::over, at(603), 0.5));
    CHECK(begin_all(some, at(604)) == Indices{0});
    CHECK_FALSE(some.next_pause_ends());
    CHECK_FALSE(some.end(0, Ending::lost, at(605), 0.5));
    CHECK(begin_all(some, at(2604)).empty());
    CHECK(begin_all(some, at(2605)) == Indices{0});
    CHECK(some.end(0, Ending::lost, at(2606), 0.5));
    CHECK(some.is_all_over());
}

TEST_CASE("all tries of a host together take no longer than one may") {
    Turns some = turns({"a"});
    CHECK(some.next(at(0)).value().left == milliseconds(60'000));
    CHECK_FALSE(some.end(0, Ending::lost, at(30'000), 0.5));
    CHECK(some.next(at(30'500)).value().left == milliseconds(29'500));
    CHECK(some.end(0, Ending::lost, at(48'001), 0.5));  // in 2 s less than 10 s would be left

    Turns just = turns({"a"});
    static_cast<void>(just.next(at(0)));
    CHECK_FALSE(just.end(0, Ending::lost, at(49'500), 0.5));
}

TEST_CASE(
    "a place that turns visits away is asked for half as many, once for all that began before, and then for more") {
    Turns some = turns(std::vector<std::string>(40, "web"));
    CHECK(begin_all(some, at(0)).size() == 8);
    for (std::size_t i = 0; i < 4; ++i) CHECK_FALSE(some.end(i, Ending::turned_away, at(10), 0.5));
    CHECK(begin_all(some, at(10)).empty());
    CHECK(some.end(4, Ending::over, at(11), 0.5));
    CHECK(begin_all(some, at(11)).size() == 2);  // 5 may be there, and 3 are
    for (std::size_t i = 5; i < 8; ++i) CHECK(some.end(i, Ending::over, at(12), 0.5));
    CHECK(begin_all(some, at(12)).size() == 6);
}

TEST_CASE("where the way is closed, fewer visits are made in all, and one at least") {
    Turns some = turns({"a", "b", "c", "d", "e", "f"}, 3);
    CHECK(begin_all(some, at(0)).size() == 3);
    CHECK_FALSE(some.end(0, Ending::way_closed, at(1), 0.5));
    CHECK_FALSE(some.end(1, Ending::way_closed, at(2), 0.5));
    CHECK(begin_all(some, at(2)).empty());
    CHECK_FALSE(some.end(2, Ending::way_closed, at(2), 0.5));
    CHECK(begin_all(some, at(3)) == Indices{3});
}

}  // namespace halfday
