#pragma once

#include <chrono>
#include <optional>

#include "ca/base/clock.hpp"

namespace halfday {

// A host that is down is not tried at every run: the longer it is away, the longer the next try waits. What it serves
// decides how far that may go.

constexpr auto kNearEnd = std::chrono::hours{6};  // of the life that is left: from then on every run tries

/// Runs in a row, of those that tried, in which a host gave no answer.
struct Misses {
    unsigned runs = 0;
    std::optional<Time> last;  // the newest of them
    bool operator==(const Misses&) const = default;
};

/// With one more at `now`. The pushes before and after an issue, within kOneRun, are one run's.
constexpr auto kOneRun = std::chrono::minutes{5};
[[nodiscard]] Misses another_miss(const Misses& misses, Time now);

/// Until when no run tries a host that it wasn't told to try; nothing when this one is to try.
/// `first_end` is when the first certificate of the host ends, nothing when it lacks one: without a valid certificate,
/// or within kNearEnd of its end, every run tries, so that a host that comes back is served by the next.
///     misses      1, 2      3         4       5 and more
///     wait        none      30 min    1 h     2 h after the last
[[nodiscard]] std::optional<Time> hold_off_until(const Misses& misses, const std::optional<Time>& first_end, Time now);

}  // namespace halfday
