#pragma once

#include <string>
#include <vector>

#include "distribute/trust/trust_store.hpp"

namespace halfday {

enum class TrustChange { install, remove };

/// What a person ordered.
struct TrustOrder {
    TrustChange change = TrustChange::install;
    bool is_dry_run = false;
    Path root_file;     // where the root's PEM is
    std::string again;  // the command line for this one store, for hints
};

/// What became of an order in one store.
struct TrustOutcome {
    enum class How { done_before, done, planned, failed } how = How::failed;
    std::string why = {};                 // of a failure
    std::string hint = {};                // of a failure
    std::vector<std::string> steps = {};  // as describe() tells them: taken, planned, or what is left to do by hand
};

/// Makes the store trust the root, or no longer have it, and looks whether it does. A failure is an outcome: other
/// stores go on.
[[nodiscard]] TrustOutcome carry_out(const TrustOrder& order, const TrustStore& store, const Certificate& root);

}  // namespace halfday
