#include "ca/root/windows.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "ca/base/duration.hpp"

namespace halfday {
namespace {

constexpr int kPart = 7;  // of a window, for the overlap

Verdict check_windows(const IntermediateOrder& order, int windows, std::size_t keys) {
    Refusal refusal;
    if (windows < 1 || windows > kMostWindows) {
        refusal.reasons.push_back(fmt::format("{} windows are not 1 to {}", windows, kMostWindows));
    } else if (keys != static_cast<std::size_t>(windows)) {
        refusal.reasons.push_back(fmt::format("the request is for {} key{}, and {} window{} ordered", keys,
                                              keys == 1 ? "" : "s", windows, windows == 1 ? " is" : "s are"));
    }
    if (windows > 1 && order.lifetime < 2 * overlap_of(order.lifetime)) {
        refusal.reasons.push_back(fmt::format("windows of {} are too short to overlap: they need {} at least",
                                              format_duration(order.lifetime), format_duration(2 * kLeastOverlap)));
    }
    return refusal.reasons.empty() ? std::nullopt : Verdict(std::move(refusal));
}

IntermediateOrder named_for(IntermediateOrder order, int windows, Time begin) {
    if (windows > 1 && !order.name.empty()) {
        order.name += " " + format_time(begin).substr(0, 10);
    }
    return order;
}

}  // namespace

Seconds overlap_of(Seconds lifetime) { return std::max<Seconds>(kLeastOverlap, lifetime / kPart); }

Decision<std::vector<IntermediatePlan>> plan_windows(const IntermediateOrder& order, int windows,
                                                     const std::vector<PublicKey>& requested, const Certificate& root,
                                                     Time now) {
    if (auto verdict = check_windows(order, windows, requested.size())) {
        return std::move(*verdict);
    }
    const Seconds step = order.lifetime - overlap_of(order.lifetime);
    std::vector<IntermediatePlan> plans;
    for (int at = 0; at < windows; ++at) {
        const Time begin = now + at * step;
        if (at > 0 && begin > root.not_after()) {
            return Refusal{{fmt::format("the root ends at {}, before window {} of {} begins",
                                        format_time(root.not_after()), at + 1, windows)}};
        }
        auto plan =
            plan_intermediate(named_for(order, windows, begin), requested[static_cast<std::size_t>(at)], root, begin);
        if (auto* refusal = std::get_if<Refusal>(&plan)) {
            return std::move(*refusal);
        }
        plans.push_back(std::get<IntermediatePlan>(std::move(plan)));
    }
    return plans;
}

}  // namespace halfday
