#include "ca/status/runway_text.hpp"

#include <fmt/core.h>

#include "ca/base/duration.hpp"
#include "ca/base/escape.hpp"

namespace halfday {

std::string_view word_of(RunwayIntermediate::Turn turn) {
    switch (turn) {
        case RunwayIntermediate::Turn::signs:
            return "signs";
        case RunwayIntermediate::Turn::waits:
            return "waits";
        case RunwayIntermediate::Turn::before:
            return "signed before";
        case RunwayIntermediate::Turn::sealed:
            return "is sealed";
    }
    return "";
}

std::string describe_due(Time ceremony, Time now) {
    return ceremony <= now ? "due now"
                           : fmt::format("due by {}, in {}", format_time(ceremony), describe_span(ceremony - now));
}

std::string runway_text(const Runway& runway, Time now) {
    std::string text = fmt::format("runway: issuing can go on for {}, until {}; certificates get shorter from {}\n",
                                   describe_span(runway.issuing_ends - now), format_time(runway.issuing_ends),
                                   format_time(runway.full_until));
    for (const RunwayIntermediate& each : runway.intermediates) {
        text += fmt::format("  intermediate {} {}{}, ends {}\n", printable(each.fingerprint), word_of(each.turn),
                            each.signs_from ? ", signs from " + format_time(*each.signs_from) : "",
                            format_time(each.not_after));
    }
    if (runway.next_window) {
        text += fmt::format("  next window: opens {}, in {}; without it issuing ends {}\n",
                            format_time(runway.next_window->opens), describe_span(runway.next_window->opens - now),
                            format_time(runway.next_window->issuing_ends));
    }
    text +=
        fmt::format("  ends first: {}, in {}\n", printable(runway.ends_first), describe_span(runway.first_end - now));
    text += fmt::format("  ceremony for an intermediate: {}\n", describe_due(runway.intermediate_ceremony, now));
    return text + fmt::format("  ceremony for a root: {}\n", describe_due(runway.root_ceremony, now));
}

std::string rollout_text(const RolloutNote& rollout) {
    return fmt::format(
        "rollout of {} {}: wave {} of {}{}; of the entries {} serve it, {} are to, {} failed, "
        "{} are under the one before\n",
        to_text(rollout.kind), printable(rollout.key), rollout.wave, rollout.waves,
        rollout.stopped.empty() ? "" : ", stopped", rollout.served, rollout.awaited, rollout.failed, rollout.older);
}

}  // namespace halfday
