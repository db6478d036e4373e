#include "distribute/receive/rollback.hpp"

#include <fmt/core.h>

#include "ca/base/duration.hpp"
#include "ca/exchange/json.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/receiver/become_receiver.hpp"
#include "cli/receiver/commands.hpp"
#include "distribute/process/process.hpp"

namespace halfday {
namespace {

std::string describe(const Rollback& plan, Time now) {
    return fmt::format("from serial {}, which ends in {}, to serial {}, which ends in {}", plan.from.hex(),
                       describe_span(plan.from_not_after - now), plan.to.hex(), describe_span(plan.to_not_after - now));
}

JsonWriter to_json(const RollbackOptions& options, const Rollback& plan) {
    return JsonWriter()
        .text("entry", options.entry)
        .text("from", plan.from.hex())
        .text("to", plan.to.hex())
        .numeric_date("from_not_after", plan.from_not_after)
        .numeric_date("to_not_after", plan.to_not_after);
}

int show_plan(const RollbackOptions& options, const Rollback& plan, Time now) {
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(options, plan).finish());
    } else {
        fmt::print("{}: would go back {}\n", options.entry, describe(plan, now));
    }
    return kDone;
}

std::string_view result_of(const Installed& end) {
    if (end.outcome == Outcome::proved) return "went_back";
    return end.outcome == Outcome::rolled_back ? "as_before" : "unproved";
}

int show_end(const RollbackOptions& options, const RolledBack& rolled, Time now) {
    const bool is_done = rolled.end.outcome == Outcome::proved;
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(options, rolled.plan)
                               .text("result", result_of(rolled.end))
                               .text("reason", rolled.end.reason)
                               .finish());
    } else if (is_done) {
        fmt::print("{}: went back {}, and clients get it\n", options.entry, describe(rolled.plan, now));
    }
    if (is_done) return kDone;
    const bool is_as_before = rolled.end.outcome == Outcome::rolled_back;
    print_error(kReceiverProgram,
                fmt::format("'{}' {}: {}", options.entry,
                            is_as_before ? "was not rolled back, all is as before" : "is not proved to be served",
                            rolled.end.reason),
                is_as_before ? "" : "look at the web server; the next delivery tries again");
    return kFailed;
}

}  // namespace

int run_rollback(const ReceiverPlaces& places, const RollbackOptions& options, Time now) {
    const Receiver receiver = become_receiver(places);
    const EntryName entry = EntryName::parse(options.entry);
    if (options.is_dry) return show_plan(options, plan_rollback(receiver, entry, now), now);
    return show_end(options, roll_back_by_hand(receiver, entry, now), now);
}

}  // namespace halfday
