#include "distribute/receive/rollback.hpp"

#include "ca/base/error.hpp"
#include "distribute/receive/record.hpp"

namespace halfday {
namespace {

const Grant& require_grant(const Receiver& receiver, const EntryName& entry) {
    const Grant* grant = receiver.grants.find(entry);
    if (grant != nullptr) return *grant;
    throw Error(ErrorKind::not_found, "'" + entry.text() + "' is not granted here",
                "'halfday-receiver status' lists what is");
}

LiveVersion require_live(const Receiver& receiver, const EntryName& entry) {
    std::optional<LiveVersion> live = read_live(receiver.places, entry);
    if (live) return std::move(*live);
    throw Error(ErrorKind::not_found, "no certificate of '" + entry.text() + "' is live here");
}

/// The version's certificate, if its key is the one beside it.
std::optional<Certificate> read_pair(const ReceiverPlaces& places, const EntryName& entry, const Serial& serial) {
    std::optional<Certificate> leaf = read_version(places, entry, serial);
    if (!leaf) return std::nullopt;
    const Path key = places.versions_of(entry) / serial.hex() / kPrivateKeyFile;
    if (PrivateKey::load(key).public_key() != leaf->public_key()) return std::nullopt;
    return leaf;
}

/// What is finished now is not what was asked for.
void finish_first(const Site& site) {
    const std::optional<Flip> flip = cut_short(site);
    if (!flip) return;
    const Installed installed = have_served({*flip}).front();
    throw Error(ErrorKind::usage,
                "an installation of serial " + installed.attempted.hex() +
                    " was cut short, and is finished now: " + std::string(to_text(installed.outcome)),
                "look at 'halfday-receiver status', and run this again if it is still what you want");
}

void note(const Receiver& receiver, const EntryName& entry, const RolledBack& rolled, Time now) {
    Record record = read_record(receiver.places, entry);
    switch (rolled.end.outcome) {
        case Outcome::proved:
            record = {Outcome::rolled_back, rolled.plan.from.hex(), "by hand, on the host", rolled.plan.to.hex(), now};
            break;
        case Outcome::unproved:
            record.outcome = Outcome::unproved;
            record.attempted = rolled.plan.to.hex();
            record.reason = "gone back to by hand; " + rolled.end.reason;
            break;
        case Outcome::failed:
            record.outcome = Outcome::failed;
            record.reason = "going back by hand: " + rolled.end.reason;
            break;
        default:
            return;  // as it was before
    }
    write_record(receiver.places, entry, record);
}

}  // namespace

std::optional<std::string> newest_before(const std::vector<StoredVersion>& versions, const StoredVersion& live,
                                         Time now) {
    const StoredVersion* newest = nullptr;
    for (const StoredVersion& version : versions) {
        const bool is_another = version.folder != live.folder && version.not_after <= live.not_after;
        if (!is_another || !version.not_after || *version.not_after < now) continue;
        if (newest == nullptr || *version.not_after > *newest->not_after) newest = &version;
    }
    return newest == nullptr ? std::nullopt : std::optional(newest->folder);
}

Rollback plan_rollback(const Receiver& receiver, const EntryName& entry, Time now) {
    static_cast<void>(require_grant(receiver, entry));
    const LiveVersion live = require_live(receiver, entry);
    const auto folder =
        newest_before(stored_versions(receiver.places, entry), {live.serial.hex(), live.leaf.not_after()}, now);
    if (folder) {
        const Serial serial = Serial::parse(*folder);
        if (const auto leaf = read_pair(receiver.places, entry, serial)) {
            return {live.serial, live.leaf.not_after(), serial, leaf->not_after()};
        }
    }
    throw Error(ErrorKind::not_found, "'" + entry.text() + "' has no older certificate here that is still valid",
                "'halfday run' on the issuer box brings the next one when it is due");
}

RolledBack roll_back_by_hand(const Receiver& receiver, const EntryName& entry, Time now) {
    const FileLock lock = lock_receiver(receiver.places);
    const Site site{receiver.places, require_grant(receiver, entry), now};
    finish_first(site);
    const Rollback plan = plan_rollback(receiver, entry, now);
    Flip flip{.site = site,
              .journal = {},
              .to = read_version(receiver.places, entry, plan.to).value(),
              .from = require_live(receiver, entry).leaf};
    flip.journal.to = plan.to;
    flip.journal.from = plan.from;
    RolledBack rolled{plan, have_served({flip}).front()};
    note(receiver, entry, rolled, now);
    return rolled;
}

}  // namespace halfday
