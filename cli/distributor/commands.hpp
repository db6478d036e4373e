#pragma once

#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/places.hpp"
#include "distribute/push/plan.hpp"

namespace halfday {

inline constexpr const char* kDistributor = "halfday-distributor";

enum class Form { text, json };
enum class Effect { real, dry_run };

struct PushOptions {
    std::vector<std::string> hosts;
    std::string only;  // "failed", or "" for all
    PushOrder::Ask ask = PushOrder::Ask::when_due;
    int progress_to = -1;  // a descriptor, or -1
    Effect effect = Effect::real;
    Form form = Form::text;
};

struct FetchOptions {
    std::string host;
    std::string reach;
    Path known_hosts;
    Form form = Form::text;
};

/// Each returns the exit status. Both refuse (Error{usage}) any user but the owner of the distributor's state: root's
/// files there would stop the timer.
[[nodiscard]] int run_push(const Places& places, const PushOptions& options, Time now);
[[nodiscard]] int run_fetch_identity(const Places& places, const FetchOptions& options);

/// As said above; its own header would be longer than this.
void require_distributor(const Places& places);

}  // namespace halfday
