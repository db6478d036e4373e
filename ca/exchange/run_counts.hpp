#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/file.hpp"

namespace halfday {

/// What the runs of one side came to. Its totals only grow, and begin anew when its snapshot was lost: a monitoring
/// system takes that for a restart.
struct RunCounts {
    struct Total {
        std::string of;  // "minted", "rolled_back" …
        std::int64_t count = 0;
    };
    std::vector<Total> totals;
    std::optional<std::chrono::milliseconds> newest_run;  // how long it took
};

constexpr std::size_t kMostTotals = 16;

/// How a snapshot ends that has them, after its last other member: this, a list of totals, and the run's milliseconds.
constexpr std::string_view kTotalsMember = R"(,"totals":[)";

/// The snapshot's totals and those of a run that is over, which begin as 0: `run` names all that there are. Reads the
/// snapshot's end alone, which is the caller's own file; what can't be read counts as lost.
[[nodiscard]] RunCounts counts_after(const Path& snapshot, RunCounts run);

}  // namespace halfday
