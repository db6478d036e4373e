#include "distribute/push/hold_off.hpp"

#include <algorithm>

namespace halfday {
namespace {

constexpr unsigned kMostRuns = 1'000'000;
constexpr unsigned kTriedAlways = 2;  // misses: a reboot, or a network that was away, is over after a run or two
constexpr Seconds kFirstWait = std::chrono::minutes{30};
constexpr Seconds kLongestWait = std::chrono::hours{2};

Seconds wait_after(unsigned misses) {
    Seconds wait = kFirstWait;
    for (unsigned i = kTriedAlways + 1; i < misses && wait < kLongestWait; ++i) wait *= 2;
    return std::min(wait, kLongestWait);
}

}  // namespace

Misses another_miss(const Misses& misses, Time now) {
    const bool is_same_run = misses.last && std::chrono::abs(now - *misses.last) < kOneRun;
    return {is_same_run || misses.runs == kMostRuns ? misses.runs : misses.runs + 1, is_same_run ? misses.last : now};
}

std::optional<Time> hold_off_until(const Misses& misses, const std::optional<Time>& first_end, Time now) {
    const bool is_trusted = misses.last && *misses.last <= now;  // or a clock was wrong
    if (misses.runs <= kTriedAlways || !is_trusted || !first_end) return std::nullopt;
    const Time until = std::min(*misses.last + wait_after(misses.runs), *first_end - kNearEnd);
    return now < until ? std::optional(until) : std::nullopt;
}

}  // namespace halfday
