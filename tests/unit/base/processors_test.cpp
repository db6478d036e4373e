#include "ca/base/processors.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <vector>

using namespace halfday;

TEST_CASE("in_parallel does each piece of work once, whatever the share of a thread") {
    const std::size_t count = GENERATE(0U, 1U, 2U, 7U, 1'000U);
    const std::size_t share = GENERATE(1U, 3U, 256U, 5'000U);
    std::vector<std::atomic<int>> done(count);
    in_parallel(count, share, [&](std::size_t at) { ++done[at]; });
    for (const auto& times : done) CHECK(times == 1);
}
