#include "ca/issuer/clock_check.hpp"

#include <fmt/core.h>

#include "ca/base/duration.hpp"

namespace halfday {
namespace {

std::string describe(const LedgerMoment& last) {
    return fmt::format("{} at {}",
                       last.origin == LedgerMoment::Origin::certificate ? "the newest certificate was issued"
                                                                        : "the clock was last accepted",
                       format_time(last.at));
}

}  // namespace

std::string ClockFault::hint() const {
    if (remedy == ClockRemedy::set) {
        return "set this box's clock; nothing is issued before it is right";
    }
    return "set this box's clock; if it is right now: halfday issue --accept-clock (the ledger will say so)";
}

std::optional<ClockFault> clock_fault(const std::optional<LedgerMoment>& last, Time now, Seconds max_jump) {
    if (now < kEarliestClock) {
        return ClockFault{fmt::format("the clock says {}, which is before {}, when this program was written",
                                      format_time(now), format_time(kEarliestClock)),
                          ClockRemedy::set};
    }
    if (last && now < last->at) {
        return ClockFault{fmt::format("the clock says {}, but {}", format_time(now), describe(*last)),
                          ClockRemedy::set_or_accept};
    }
    if (last && now - last->at > max_jump) {
        return ClockFault{fmt::format("the clock says {}, more than {} after {}", format_time(now),
                                      format_duration(max_jump), describe(*last)),
                          ClockRemedy::set_or_accept};
    }
    return std::nullopt;
}

}  // namespace halfday
