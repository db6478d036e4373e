#include "distribute/push/delivery_count.hpp"

namespace halfday {

void DeliveryCount::add(const Errand& errand, const Reception& reception, bool has_failed) {
    unanswered_ += has_failed ? 1 : 0;
    for (const Sent& sent : errand.sent) {
        const auto found = reception.record.entries.find(sent.entry);
        if (!has_failed && found != reception.record.entries.end() && found->second.delivered == sent.sha256) {
            ++outcomes_[found->second.outcome];
        }
    }
}

RunCounts DeliveryCount::counts(std::chrono::milliseconds took) const {
    RunCounts run{{{"unanswered", unanswered_}}, took};
    for (const Outcome outcome :
         {Outcome::proved, Outcome::unproved, Outcome::rolled_back, Outcome::refused, Outcome::skew, Outcome::failed}) {
        const auto found = outcomes_.find(outcome);
        run.totals.push_back({std::string(to_text(outcome)), found == outcomes_.end() ? 0 : found->second});
    }
    return run;
}

}  // namespace halfday
