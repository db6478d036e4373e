#include "distribute/receive/flip.hpp"

#include "ca/base/error.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

/// Web servers differ in what they make of a pair that does not match (Apache dies), so none ever gets one.
void require_pair(const Certificate& leaf, const PrivateKey& key) {
    const std::string challenge = random_bytes(32);
    if (!leaf.public_key().verifies(challenge, key.sign(challenge))) {
        throw Error(ErrorKind::corrupt, "the pending key and serial " + leaf.serial_hex() + " are no pair");
    }
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

std::optional<Seconds> Flip::old_left() const {
    return from ? std::optional<Seconds>(from->not_after() - site.now) : std::nullopt;
}

Flip prepare(const Site& site, const Chain& chain, const PrivateKey& key) {
    const Certificate& leaf = chain.front();
    require_pair(leaf, key);
    const std::optional<LiveVersion> old = live_if_whole(site);
    Flip flip{.site = site, .journal = {}, .to = leaf, .from = old ? std::optional(old->leaf) : std::nullopt};
    flip.journal.to = Serial::parse(leaf.serial_hex());
    if (old) flip.journal.from = old->serial;
    write_version(site.places, site.grant, chain, key);
    site.mark(StoryStep::staged);
    return flip;
}

std::optional<Flip> cut_short(const Site& site) {
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
    return Flip{site, std::move(*journal), *to, std::move(from), true};
}

}  // namespace halfday
