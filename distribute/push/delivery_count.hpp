#pragma once

#include <chrono>
#include <cstdint>
#include <map>

#include "ca/exchange/run_counts.hpp"
#include "distribute/push/reception.hpp"

namespace halfday {

/// What became of the deliveries of one run.
class DeliveryCount {
   public:
    /// A chain that was sent counts as what the receipt for it says; a visit that failed, as unanswered.
    void add(const Errand& errand, const Reception& reception, bool has_failed);
    /// One total for each outcome that a delivery may have, and "unanswered".
    [[nodiscard]] RunCounts counts(std::chrono::milliseconds took) const;

   private:
    std::map<Outcome, std::int64_t> outcomes_;
    std::int64_t unanswered_ = 0;
};

}  // namespace halfday
