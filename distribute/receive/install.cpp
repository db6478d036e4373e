#include "distribute/receive/install.hpp"

#include <utility>

#include "ca/base/error.hpp"
#include "distribute/receive/serving.hpp"

namespace halfday {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kReloadPatience{5'000};  // after a reload that worked: Apache takes up to a second
constexpr milliseconds kLittlePatience{1'500};  // for what was left unproved before: an answer is waited for

/// One entry's way through an installation.
struct Step {
    Flip flip;
    bool is_ours = true;          // its files could be written
    bool fails_without = false;   // the configuration test does, when it fails
    bool broke_the_test = false;  // as far as can be told
    Installed end = {};

    [[nodiscard]] const Site& site() const { return flip.site; }
    [[nodiscard]] CommandResult test() const { return test_with(flip.journal.to); }
    /// With what was live before, or nothing.
    [[nodiscard]] CommandResult test_without() const { return test_with(flip.journal.from.value_or(Serial{})); }
    /// The version that is live in the direction that it goes; that must be there.
    [[nodiscard]] Serving serving() const {
        if (flip.goes_back()) return {site(), flip.journal.from.value(), flip.from.value()};
        return {site(), flip.journal.to, flip.to};
    }

   private:
    [[nodiscard]] CommandResult test_with(const Serial& live) const {
        return WebServer(site().places, site().grant).test(live);
    }
};
using Steps = std::vector<Step*>;

/// "; what it serves ends in 3 h 2 min", of the version that was live before.
std::string time_left(const Flip& flip) {
    const std::optional<Seconds> left = flip.old_left();
    if (!left) return "; it has no certificate of ours yet";
    if (*left <= Seconds{0}) return "; the certificate that was live before has expired";
    return "; the certificate that was live before ends in " + describe_span(*left);
}

std::string untested(const Flip& flip, const CommandResult& test) {
    return "its configuration test fails without it too, so it was not reloaded: " + test.line + time_left(flip);
}

std::string after_colon(const std::string& text) { return text.empty() ? text : ": " + text; }

/// The entries of one web server on their way, together.
class Installation {
   public:
    explicit Installation(std::vector<Flip> flips) {
        for (Flip& flip : flips) steps_.push_back({.flip = std::move(flip)});
    }

    std::vector<Installed> to_end() {
        flip_forward();
        have_forward_served();
        have_back_served();
        std::vector<Installed> ends;
        for (Step& step : steps_) {
            if (step.is_ours) guarded(step, [&] { remove_journal(step.site().places, step.site().grant.entry); });
            ends.push_back(step.end);
        }
        return ends;
    }

    [[nodiscard]] bool broke_the_test(std::size_t at) const { return steps_[at].broke_the_test; }

   private:
    /// A failure of the disk is the end of that entry's way in this run.
    template <class Work>
    static void guarded(Step& step, Work work) {
        try {
            work();
        } catch (const std::exception& error) {
            step.is_ours = false;
            step.end = {step.flip.journal.to, Outcome::failed, text_of(error)};
        }
    }

    Steps steps_that(bool go_back) {
        Steps steps;
        for (Step& step : steps_) {
            if (step.is_ours && step.flip.goes_back() == go_back) steps.push_back(&step);
        }
        return steps;
    }

    static void mark_test(const Step& step, bool worked) {
        step.site().mark(worked ? StoryStep::tested : StoryStep::test_failed);
    }

    void flip_forward() {
        for (Step* step : steps_that(false)) {
            Flip& flip = step->flip;
            if (!flip.is_journaled) flip.journal.old_was_served = look_if_probed(flip.site, flip.to).is(flip.from);
        }
        for (Step* step : steps_that(false)) {
            if (step->flip.is_journaled) continue;
            guarded(*step, [&] {
                write_journal(step->site().places, step->site().grant.entry, step->flip.journal);
                make_new_live(step->flip);
            });
        }
    }

    static void make_new_live(const Flip& flip) {
        flip_live(flip.site.places, flip.site.grant.entry, flip.journal.to);
        flip.site.mark(StoryStep::flipped);
    }

    static void make_old_live(const Flip& flip) {
        if (flip.from) {
            flip_live(flip.site.places, flip.site.grant.entry, *flip.journal.from);
        } else {
            remove_live(flip.site.places, flip.site.grant.entry);
        }
        flip.site.mark(StoryStep::flipped_back);
    }

    /// Whose fault a failed test is shows with what was live before: only a configuration that fails then too has the
    /// new versions live on return.
    static void test_without(const Steps& steps) {
        for (Step* step : steps) guarded(*step, [&] { make_old_live(step->flip); });
        const bool worked = steps.front()->test_without().worked;
        for (Step* step : steps) {
            if (!step->is_ours) continue;
            mark_test(*step, worked);
            step->fails_without = !worked;
            if (!worked) guarded(*step, [&] { make_new_live(step->flip); });
        }
    }

    void have_forward_served() {
        const Steps steps = steps_that(false);
        if (steps.empty()) return;
        const CommandResult test = steps.front()->test();
        std::vector<Serving> servings;
        for (const Step* step : steps) {
            mark_test(*step, test.worked);
            servings.push_back(step->serving());
        }
        if (test.worked) {
            have_taken(servings, kReloadPatience);
        } else {
            test_without(steps);
        }
        for (std::size_t i = 0; i < steps.size(); ++i) {
            if (steps[i]->is_ours) guarded(*steps[i], [&] { decide(*steps[i], test, servings[i]); });
        }
    }

    static void decide(Step& step, const CommandResult& test, const Serving& serving) {
        const Flip& flip = step.flip;
        step.end = {flip.journal.to, Outcome::proved};
        const Attempt attempt{.tested = test.worked,
                              .fails_without = step.fails_without,
                              .taken = serving.taken.worked,
                              .has_probe = flip.site.grant.probe.has_value(),
                              .new_is_served = test.worked && serving.seen.is(flip.to),
                              .old_was_served = flip.journal.old_was_served,
                              .old_left = flip.old_left()};
        switch (next_step(attempt)) {
            case Next::proved:
                step.end.seen = serving.seen;
                break;
            case Next::take_back:
                step.broke_the_test = true;
                turn_back(step, "its configuration test failed with the new certificate: " + test.line);
                break;
            case Next::roll_back:
                turn_back(step, "the new certificate was not served" + after_colon(serving.problem()));
                break;
            case Next::keep:
                step.end.outcome = Outcome::unproved;
                step.end.reason = test.worked ? "installed, but " + serving.problem() : untested(flip, test);
        }
    }

    static void turn_back(Step& step, std::string reason) {
        step.flip.journal.direction = JournalEntry::Direction::back;
        step.flip.journal.reason = std::move(reason);
        write_journal(step.site().places, step.site().grant.entry, step.flip.journal);
    }

    void have_back_served() {
        for (Step* step : steps_that(true)) guarded(*step, [&] { flip_back(*step); });
        Steps steps;
        std::vector<Serving> servings;
        for (Step* step : steps_that(true)) {
            if (step->broke_the_test || !step->flip.from) continue;  // the web server never saw the new one
            steps.push_back(step);
            servings.push_back(step->serving());
        }
        if (steps.empty()) return;
        have_taken(servings, kReloadPatience);
        for (std::size_t i = 0; i < steps.size(); ++i) {
            if (servings[i].is_proved()) continue;
            steps[i]->end.outcome = Outcome::failed;
            steps[i]->end.reason += "; went back to the old one, which is not served either: " + servings[i].problem();
        }
    }

    static void flip_back(Step& step) {
        const Flip& flip = step.flip;
        if (!step.broke_the_test) make_old_live(flip);
        step.end = {flip.journal.to, flip.from ? Outcome::rolled_back : Outcome::failed, flip.journal.reason};
    }

    std::vector<Step> steps_;
};

}  // namespace

std::string text_of(const std::exception& failure) {
    std::string text = failure.what();
    const auto* const error = dynamic_cast<const Error*>(&failure);
    if (error != nullptr && !error->hint().empty()) text += " (" + error->hint() + ")";
    return text;
}

Next next_step(const Attempt& attempt) {
    if (!attempt.tested) return attempt.fails_without ? Next::keep : Next::take_back;
    if (attempt.has_probe ? attempt.new_is_served : attempt.taken) return Next::proved;
    const bool is_worth_it = attempt.old_left && *attempt.old_left >= kCycle;
    const bool helps = !attempt.has_probe || attempt.old_was_served;
    return is_worth_it && helps ? Next::roll_back : Next::keep;
}

std::vector<Installed> have_served(std::vector<Flip> flips) {
    Installation together(flips);
    std::vector<Installed> ends = together.to_end();
    for (std::size_t i = 0; flips.size() > 1 && i < flips.size(); ++i) {
        if (!together.broke_the_test(i)) continue;
        flips[i].is_journaled = false;
        ends[i] = Installation({flips[i]}).to_end().front();
    }
    return ends;
}

std::vector<Installed> prove_again(const std::vector<Unproved>& versions) {
    std::vector<Installed> ends;
    std::vector<Serving> servings;
    std::vector<std::size_t> places;  // of the servings among the ends
    for (const Unproved& version : versions) {
        ends.push_back({version.live.serial, Outcome::proved});
        if (look_if_probed(version.site, version.live.leaf).is(version.live.leaf)) {
            version.site.mark(StoryStep::seen);
            continue;
        }
        servings.push_back({version.site, version.live.serial, version.live.leaf});
        places.push_back(ends.size() - 1);
    }
    if (servings.empty()) return ends;
    const CommandResult test = servings.front().server().test(servings.front().serial);
    if (test.worked) have_taken(servings, kLittlePatience);
    for (std::size_t i = 0; i < servings.size(); ++i) {
        ends[places[i]].seen = servings[i].seen;
        if (test.worked && servings[i].is_proved()) continue;
        ends[places[i]].outcome = Outcome::unproved;
        ends[places[i]].reason = test.worked ? "installed, but " + servings[i].problem()
                                             : "its configuration test fails, so it was not reloaded: " + test.line;
    }
    return ends;
}

}  // namespace halfday
