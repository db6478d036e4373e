#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "ca/base/clock.hpp"

namespace halfday {

// Which of several intermediates signs, and when that changes.

/// From when to when an intermediate is valid, both ends included.
struct Term {
    Time not_before;
    Time not_after;
    bool operator==(const Term&) const = default;
};

/// A new intermediate waits that long from its notBefore on: by then a client's clock that lags finds it valid, and who
/// accepted it may still change their mind.
constexpr auto kComingOfAge = std::chrono::hours{24};

/// Which of the accepted intermediates signs at `now`: of those that are valid, the newest that has come of age; where
/// none has, the oldest, which is the one that signed before, or the first ever. So a newer one signs at once when no
/// older one is valid any more. Nothing when none is valid.
[[nodiscard]] std::optional<std::size_t> signing_at(const std::vector<Term>& accepted, Time now);

/// From when on accepted[which] signs: `now` when it does already; nothing when it never will.
[[nodiscard]] std::optional<Time> signs_from(const std::vector<Term>& accepted, std::size_t which, Time now);

/// Which of the sealed ones is to be unsealed next: the one that would sign before the others if all were unsealed.
/// Nothing when none of them is ever going to sign.
[[nodiscard]] std::optional<std::size_t> next_sealed(const std::vector<Term>& unsealed, const std::vector<Term>& sealed,
                                                     Time now);

/// Until when there is always one that is valid: `now` or before when none is.
[[nodiscard]] Time issuing_ends(const std::vector<Term>& accepted, Time now);

}  // namespace halfday
