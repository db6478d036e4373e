#pragma once

#include <vector>

#include "ca/root/ceremony.hpp"
#include "ca/x509/csr.hpp"

namespace halfday {

// Several intermediates of one ceremony, with windows that follow one another: each begins so long before the end of
// the one before it that the change is made at leisure.

constexpr int kMostWindows = static_cast<int>(Csr::kMostTogether);
/// The least time that two windows have in common: one to come of age in (24 h), one to reach every host in.
constexpr auto kLeastOverlap = std::chrono::days{2};

/// How much of a window of that lifetime the next one has in common with it: a seventh (5 days of 35, so that each
/// begins 30 days after the one before), and at least kLeastOverlap.
[[nodiscard]] Seconds overlap_of(Seconds lifetime);

/// One plan for each of the `requested` keys, in their order; the first window begins now. A name that was ordered gets
/// the day after it on which its window begins. Refuses what plan_intermediate refuses, another number of keys than
/// `windows`, more than kMostWindows, windows that are too short to overlap, and one that would begin when the root has
/// ended.
[[nodiscard]] Decision<std::vector<IntermediatePlan>> plan_windows(const IntermediateOrder& order, int windows,
                                                                   const std::vector<PublicKey>& requested,
                                                                   const Certificate& root, Time now);

}  // namespace halfday
