#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ca/base/refusal.hpp"
#include "ca/root/ceremony_record.hpp"

namespace halfday {

// Whether a ceremony log is whole. Who holds the box but not the root's key can do two things to it that nothing in it
// tells: cut records off its end, and add or change events behind the last signature. A copy from elsewhere tells the
// first (check_against).

/// Numbers without gaps from 1 on, in order, each record bound to the one before. What is wrong is a reason each; for a
/// record that was changed it is the next one that isn't bound.
[[nodiscard]] Verdict check_chain(const std::vector<LoggedRecord>& records);

/// How far a log can be believed.
struct LogCheck {
    std::vector<std::string> faults;  // none: the log is whole
    std::int64_t signed_up_to = 0;    // the last record that a root's signature covers
};

/// The chain, and each signature. `roots` are those that are trusted; a root that a record has is trusted as far as
/// that record is covered by a trusted signature, so that a log which outlives a rotation verifies with either root.
[[nodiscard]] LogCheck check_log(const std::vector<LoggedRecord>& records, const std::vector<Certificate>& roots);

/// Holds the log against records of it that were copied elsewhere, all of them or only the last. Refuses where the log
/// ends before they do, has another record under the same number, or the copy has a signature that no known root made.
[[nodiscard]] Verdict check_against(const std::vector<LoggedRecord>& records, const std::vector<LoggedRecord>& copy,
                                    const std::vector<Certificate>& roots);

}  // namespace halfday
