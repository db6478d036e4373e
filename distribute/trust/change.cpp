#include "distribute/trust/change.hpp"

#include "ca/base/error.hpp"

namespace halfday {
namespace {

bool is_done(TrustChange change, const TrustStanding& standing) {
    if (change == TrustChange::install) return standing.how == TrustStanding::How::trusted;
    return standing.how == TrustStanding::How::absent;
}

void change(const TrustOrder& order, const TrustStore& store, const Certificate& root, TrustOutcome& outcome) {
    const TrustStanding standing = store.look_for(root);
    if (is_done(order.change, standing)) {
        outcome.how = TrustOutcome::How::done_before;
        return;
    }
    const auto steps =
        order.change == TrustChange::install ? store.to_install(root, standing) : store.to_remove(root, standing);
    for (const Step& step : steps) outcome.steps.push_back(describe(step, order.root_file));
    if (const auto obstacle = store.obstacle(order.again)) {
        outcome.why = obstacle->what;
        outcome.hint = obstacle->hint;
        return;
    }
    if (order.is_dry_run) {
        outcome.how = TrustOutcome::How::planned;
        return;
    }
    for (const Step& step : steps) take(step);
    if (is_done(order.change, store.look_for(root))) {
        outcome.how = TrustOutcome::How::done;
    } else {
        outcome.why = order.change == TrustChange::install
                          ? "all of that was done, and the root is still not trusted there"
                          : "all of that was done, and the root is still trusted there";
    }
}

}  // namespace

TrustOutcome carry_out(const TrustOrder& order, const TrustStore& store, const Certificate& root) {
    TrustOutcome outcome;
    try {
        change(order, store, root, outcome);
    } catch (const Error& error) {
        outcome.why = error.what();
        outcome.hint = error.hint();
    } catch (const std::filesystem::filesystem_error& error) {
        outcome.why = error.what();
    }
    return outcome;
}

}  // namespace halfday
