#pragma once

#include <optional>
#include <string>

#include "ca/base/clock.hpp"
#include "ca/issuer/ledger.hpp"

namespace halfday {

// Nothing is issued by a clock that is wrong: what it says is held against what the ledger remembers.

constexpr Time kEarliestClock = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};  // this program is no older

/// What a person may do about a fault.
enum class ClockRemedy {
    set,            // the clock can't be right
    set_or_accept,  // it may be right, if the ledger's moment was wrong or a long pause is meant
};

struct ClockFault {
    std::string what;  // with both times
    ClockRemedy remedy;

    /// The next action, as a hint.
    [[nodiscard]] std::string hint() const;
};

/// What is wrong with a clock that says `now`: it is before kEarliestClock, before the `last` moment that the ledger
/// knows, or more than `max_jump` after that. A clock after the intermediate's end is load_intermediate's to refuse.
/// Nothing when all is well.
[[nodiscard]] std::optional<ClockFault> clock_fault(const std::optional<LedgerMoment>& last, Time now,
                                                    Seconds max_jump);

}  // namespace halfday
