#include "distribute/receive/serving.hpp"

#include <algorithm>

namespace halfday {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

void give_and_reload(std::vector<Serving>& servings) {
    const Serving* first_given = nullptr;
    for (Serving& serving : servings) {
        serving.taken = serving.server().give_live(serving.serial);
        if (serving.taken.worked && first_given == nullptr) first_given = &serving;
    }
    if (first_given == nullptr) return;
    const CommandResult reload = first_given->server().reload(first_given->serial);
    for (Serving& serving : servings) {
        if (serving.taken.worked) serving.taken = reload;
    }
}

}  // namespace

bool Serving::is_proved() const { return site.grant.probe ? seen.is(leaf) : taken.worked; }

std::string Serving::problem() const {
    std::string text = taken.worked ? std::string() : "the reload failed: " + taken.line;
    if (!site.grant.probe) return text;
    if (!text.empty()) text += "; ";
    return text + (seen.chain.empty() ? seen.text() : "clients get " + seen.text());
}

Seen look_if_probed(const Site& site, const Certificate& leaf) {
    return site.grant.probe ? look(*site.grant.probe, leaf.names()) : Seen{};
}

void have_taken(std::vector<Serving>& servings, milliseconds patience) {
    give_and_reload(servings);
    for (const Serving& serving : servings) {
        serving.site.mark(serving.taken.worked ? StoryStep::reloaded : StoryStep::reload_failed);
    }
    const Clock::time_point until = Clock::now() + patience;
    for (Serving& serving : servings) {
        if (!serving.site.grant.probe) continue;
        const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
        // After a reload that failed, one look shows what is there.
        const milliseconds its_patience = serving.taken.worked ? std::max(left, milliseconds{0}) : milliseconds{0};
        serving.seen = await_served(*serving.site.grant.probe, serving.leaf, its_patience);
        serving.site.mark(serving.seen.is(serving.leaf) ? StoryStep::seen : StoryStep::not_seen);
    }
}

}  // namespace halfday
