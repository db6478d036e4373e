#pragma once

#include <string>

#include "ca/base/clock.hpp"
#include "ca/exchange/runway.hpp"

namespace halfday {

// The lines below the hosts of `halfday status`, and words that its other forms have too.

/// "signs", "waits", "signed before", "is sealed".
[[nodiscard]] std::string_view word_of(RunwayIntermediate::Turn turn);
/// "due by 2026-12-14T10:00:00Z, in 19 d", "due now".
[[nodiscard]] std::string describe_due(Time ceremony, Time now);
/// Lines, each with its end; foreign bytes are escaped.
[[nodiscard]] std::string runway_text(const Runway& runway, Time now);
[[nodiscard]] std::string rollout_text(const RolloutNote& rollout);

}  // namespace halfday
