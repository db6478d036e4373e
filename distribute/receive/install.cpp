#include "distribute/receive/install.hpp"

#include <fmt/core.h>

#include "ca/base/error.hpp"
#include "ca/x509/digest.hpp"
#include "distribute/receive/journal.hpp"
#include "distribute/receive/web_server.hpp"

namespace halfday {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{5'000};        // after a reload that worked: Apache takes up to a second
constexpr milliseconds kLittlePatience{1'500};  // for what was left unproved before: an answer is waited for
constexpr milliseconds kNoPatience{0};          // after a reload that failed: only to see what is there

/// Web servers differ in what they make of a pair that does not match (Apache dies), so none ever gets one.
void require_pair(const Certificate& leaf, const PrivateKey& key) {
    const std::string challenge = random_bytes(32);
    if (!leaf.public_key().verifies(challenge, key.sign(challenge))) {
        throw Error(ErrorKind::corrupt, "the pending key and serial " + leaf.serial_hex() + " are no pair");
    }
}

/// Everything about one flip: the journal's entry, and the certificates on both sides of it.
struct Flip {
    JournalEntry journal;
    Certificate to;
    std::optional<Certificate> from;

    [[nodiscard]] std::optional<Seconds> old_left(Time now) const {
        return from ? std::optional<Seconds>(from->not_after() - now) : std::nullopt;
    }
};

Seen look_if_probed(const Site& site, const Certificate& leaf) {
    return site.grant.probe ? look(*site.grant.probe, leaf.dns_names()) : Seen{};
}

Seen await_if_probed(const Site& site, const Certificate& leaf, const CommandResult& taken, milliseconds patience) {
    if (!site.grant.probe) return {};
    return await_served(*site.grant.probe, leaf, taken.worked ? patience : kNoPatience);
}

/// "; what it serves ends in 3 h 2 min", of the version that was live before.
std::string time_left(const Flip& flip, Time now) {
    const std::optional<Seconds> left = flip.old_left(now);
    if (!left) return "; it has no certificate of ours yet";
    if (*left <= Seconds{0}) return "; the certificate that was live before has expired";
    return "; the certificate that was live before ends in " + describe_span(*left);
}

/// What kept the new version from being served, by the command's and the handshake's words.
std::string describe(const Site& site, const CommandResult& taken, const Seen& seen) {
    std::string text = taken.worked ? std::string() : "the reload failed: " + taken.line;
    if (!site.grant.probe) return text;
    if (!text.empty()) text += "; ";
    return text + (seen.leaf ? "clients get " + seen.text() : seen.text());
}

std::string describe_rollback(const Site& site, const CommandResult& taken, const Seen& seen) {
    const std::string why = describe(site, taken, seen);
    return why.empty() ? why : ": " + why;
}

Installed take_back(const Site& site, Flip flip, std::string reason) {
    flip.journal.direction = JournalEntry::Direction::back;
    flip.journal.reason = std::move(reason);
    write_journal(site.places, site.grant.entry, flip.journal);
    if (flip.journal.from) {
        flip_live(site.places, site.grant.entry, *flip.journal.from);
    } else {
        remove_live(site.places, site.grant.entry);
    }
    return {flip.journal.to, flip.journal.from ? Outcome::rolled_back : Outcome::failed, flip.journal.reason};
}

Installed roll_back(const Site& site, const Flip& flip, std::string reason) {
    Installed installed = take_back(site, flip, std::move(reason));
    if (flip.from) {
        const CommandResult taken = WebServer(site.places, site.grant).take_live(*flip.journal.from);
        const Seen seen = await_if_probed(site, *flip.from, taken, kPatience);
        if (site.grant.probe ? !seen.is(flip.from) : !taken.worked) {
            installed.outcome = Outcome::failed;
            installed.reason +=
                "; went back to the old one, which is not served either: " + describe(site, taken, seen);
        }
    }
    return installed;
}

Installed keep_untested(const Site& site, const Flip& flip, const CommandResult& test) {
    return {flip.journal.to, Outcome::unproved,
            "its configuration test failed before the change already, so it was not reloaded: " + test.line +
                time_left(flip, site.now)};
}

/// From the flip on: what a run does that comes after a crash, too.
Installed have_it_served(const Site& site, const Flip& flip) {
    const WebServer server(site.places, site.grant);
    Attempt attempt{.tested_before = flip.journal.tested_before,
                    .has_probe = server.has_probe(),
                    .new_is_served = false,
                    .old_was_served = flip.journal.old_was_served,
                    .old_left = flip.old_left(site.now)};
    const CommandResult test = server.test(flip.journal.to);
    attempt.tested_after = test.worked;
    CommandResult taken;
    Seen seen;
    if (test.worked) {
        taken = server.take_live(flip.journal.to);
        seen = await_if_probed(site, flip.to, taken, kPatience);
        attempt.taken = taken.worked;
        attempt.new_is_served = seen.is(flip.to);
    }
    switch (next_step(attempt)) {
        case Next::proved:
            return {flip.journal.to, Outcome::proved, {}};
        case Next::take_back:
            return take_back(site, flip, "its configuration test failed with the new certificate: " + test.line);
        case Next::roll_back:
            return roll_back(site, flip, "the new certificate was not served" + describe_rollback(site, taken, seen));
        case Next::keep:
            break;
    }
    if (!test.worked) return keep_untested(site, flip, test);
    return {flip.journal.to, Outcome::unproved, "installed, but " + describe(site, taken, seen)};
}

Installed finish(const Site& site, const Flip& flip) {
    Installed installed = flip.journal.direction == JournalEntry::Direction::forward
                              ? have_it_served(site, flip)
                              : roll_back(site, flip, flip.journal.reason);
    remove_journal(site.places, site.grant.entry);
    return installed;
}

std::optional<LiveVersion> live_if_whole(const Site& site) {
    try {
        return read_live(site.places, site.grant.entry);
    } catch (const Error&) {
        return std::nullopt;  // nothing to go back to
    }
}

/// Without it both versions are whole still: the next delivery of the same chain installs it, or proves it again.
std::optional<JournalEntry> read_journal_or_set_aside(const Site& site) {
    try {
        return read_journal(site.places, site.grant.entry);
    } catch (const Error&) {
        set_journal_aside(site.places, site.grant.entry);
        return std::nullopt;
    }
}

}  // namespace

Next next_step(const Attempt& attempt) {
    if (!attempt.tested_after) return attempt.tested_before ? Next::take_back : Next::keep;
    if (attempt.has_probe ? attempt.new_is_served : attempt.taken) return Next::proved;
    const bool is_worth_it = attempt.old_left && *attempt.old_left >= kCycle;
    const bool helps = !attempt.has_probe || attempt.old_was_served;
    return is_worth_it && helps ? Next::roll_back : Next::keep;
}

Installed install(const Site& site, const Chain& chain, const PrivateKey& key) {
    const Certificate& leaf = chain.front();
    require_pair(leaf, key);
    const std::optional<LiveVersion> old = live_if_whole(site);
    Flip flip{.journal = {}, .to = leaf, .from = old ? std::optional(old->leaf) : std::nullopt};
    flip.journal.to = Serial::parse(leaf.serial_hex());
    if (old) flip.journal.from = old->serial;
    flip.journal.old_was_served = look_if_probed(site, leaf).is(flip.from);
    flip.journal.tested_before = WebServer(site.places, site.grant).test(flip.journal.to).worked;
    write_version(site.places, site.grant, chain, key);
    write_journal(site.places, site.grant.entry, flip.journal);
    flip_live(site.places, site.grant.entry, flip.journal.to);
    return finish(site, flip);
}

std::optional<Installed> finish_cut_short(const Site& site) {
    std::optional<JournalEntry> journal = read_journal_or_set_aside(site);
    if (!journal) return std::nullopt;
    const std::optional<Certificate> to = read_version(site.places, site.grant.entry, journal->to);
    const std::optional<LiveVersion> live = live_if_whole(site);
    const bool has_flipped = live && live->serial == journal->to;
    if (!to || (!has_flipped && journal->direction == JournalEntry::Direction::forward)) {
        remove_journal(site.places, site.grant.entry);
        return std::nullopt;
    }
    std::optional<Certificate> from;
    if (journal->from) from = read_version(site.places, site.grant.entry, *journal->from);
    if (!from) journal->from.reset();
    return finish(site, Flip{std::move(*journal), *to, std::move(from)});
}

Installed prove_again(const Site& site, const LiveVersion& live) {
    const WebServer server(site.places, site.grant);
    if (look_if_probed(site, live.leaf).is(live.leaf)) return {live.serial, Outcome::proved, {}};
    const CommandResult test = server.test(live.serial);
    if (!test.worked)
        return {live.serial, Outcome::unproved, "its configuration test fails, so it was not reloaded: " + test.line};
    const CommandResult taken = server.take_live(live.serial);
    const Seen seen = await_if_probed(site, live.leaf, taken, kLittlePatience);
    if (site.grant.probe ? seen.is(live.leaf) : taken.worked) return {live.serial, Outcome::proved, {}};
    return {live.serial, Outcome::unproved, "installed, but " + describe(site, taken, seen)};
}

}  // namespace halfday
