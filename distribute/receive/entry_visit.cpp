#include "distribute/receive/entry_visit.hpp"

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/findings.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr std::size_t kVisitIdBytes = 16;

/// "" for one that no issuer of ours gives: a receipt has no room for any length.
std::string serial_of_ours(const Certificate& leaf) {
    try {
        return Serial::parse(leaf.serial_hex()).hex();
    } catch (const Error&) {
        return "";
    }
}

}  // namespace

template <class Step>
auto EntryVisit::guarded(Step step) -> decltype(step()) {
    if (has_failed_) return std::nullopt;
    try {
        return step();
    } catch (const std::exception& error) {
        note_failure(error);
        return std::nullopt;
    }
}

std::optional<Flip> EntryVisit::resume() {
    return guarded([&] {
        record_ = read_record(places_, grant_.entry);
        std::optional<Flip> flip = cut_short(site());
        if (flip) log_.mark(StoryStep::resumed);
        return flip;
    });
}

std::optional<Flip> EntryVisit::receive(const Delivery::ChainFor* delivered) {
    return guarded([&] { return delivered == nullptr ? std::nullopt : admit(delivered->chain_file); });
}

std::optional<Unproved> EntryVisit::unproved() {
    return guarded([&]() -> std::optional<Unproved> {
        if (was_tried_ || record_.outcome != Outcome::unproved) return std::nullopt;
        std::optional<LiveVersion> live = live_if_whole();
        if (!live || live->serial.hex() != record_.attempted) return std::nullopt;
        return Unproved{site(), std::move(*live)};
    });
}

void EntryVisit::note(const Installed& installed) {
    guarded([&]() -> std::optional<bool> {
        was_tried_ = true;
        record_.outcome = installed.outcome;
        record_.attempted = installed.attempted.hex();
        record_.reason = installed.reason;
        if (installed.outcome == Outcome::proved) {
            record_.proved = record_.attempted;
            record_.proved_at = now_;
            proof_ = installed.seen;
        }
        write_record_and_story();
        if (was_delivered_ && installed.outcome != Outcome::failed) drop_pending(places_, grant_.entry);
        return std::nullopt;
    });
}

void EntryVisit::end() {
    guarded([&]() -> std::optional<bool> {
        drop_installed_key();
        delete_outdated(places_, grant_.entry, now_);
        return std::nullopt;
    });
}

std::optional<std::string> EntryVisit::request(const Requester& requester) {
    try {
        return keep_or_make_request(places_, grant_.entry, requester, now_);
    } catch (const std::exception& error) {
        note_failure(error);
        return std::nullopt;
    }
}

Receipt EntryVisit::receipt(const Fingerprint& audience, std::uint64_t counter, int form, LookDeadline until) const {
    const std::optional<LiveVersion> live = live_if_whole();
    const std::string serving = live ? live->serial.hex() : "";
    return {.host = receiver_.grants.host,
            .audience = audience,
            .issued_at = now_,
            .expires = now_ + kMessageLifetime,
            .id = to_hex(random_bytes(kVisitIdBytes)),
            .entry = grant_.entry,
            .counter = counter,
            .outcome = record_.outcome,
            .attempted = record_.attempted,
            .reason = record_.reason,
            .serving = serving,
            .not_after = live ? std::optional(live->leaf.not_after()) : std::nullopt,
            .proved_at = live && record_.proved == serving ? record_.proved_at : std::nullopt,
            .story = form >= kReceiptsWithStory ? record_.story : "",
            .findings = live && form >= kReceiptsWithFindings ? findings(until) : ""};
}

/// What is not proved has its reason told already.
std::string EntryVisit::findings(LookDeadline until) const {
    if (record_.outcome != Outcome::proved) return "";
    try {
        return findings_for_receipt(receiver_, grant_, proof_, until, now_);
    } catch (const Error& error) {
        return std::string(kWrongFinding) + printable(error.what(), kMostFindingsBytes / 4);
    }
}

void EntryVisit::note_failure(const std::exception& failure) {
    has_failed_ = true;
    record_.outcome = Outcome::failed;
    record_.reason = text_of(failure);
    try {
        write_record_and_story();
    } catch (const Error&) {  // the disk may be what failed; the receipt of this answer says it all the same
    }
}

std::optional<LiveVersion> EntryVisit::live_if_whole() const {
    try {
        return read_live(places_, grant_.entry);
    } catch (const Error&) {
        return std::nullopt;
    }
}

void EntryVisit::write_record_and_story() {
    if (!log_.is_empty()) record_.story = log_.text();
    write_record(places_, grant_.entry, record_);
}

void EntryVisit::note_rejection(const Rejection& rejection) {
    record_.outcome = rejection.outcome;
    record_.reason = rejection.refusal.text();
    write_record_and_story();
    if (rejection.request_is_spent) drop_pending(places_, grant_.entry);
}

std::optional<Flip> EntryVisit::admit(const std::string& chain_file) {
    log_.mark(StoryStep::received);
    Chain chain;
    try {
        chain = parse_chain(chain_file);
    } catch (const Error& error) {
        record_.attempted.clear();
        note_rejection({Outcome::refused, Refusal{{std::string("it is not a chain: ") + error.what()}}});
        return std::nullopt;
    }
    const std::string serial = serial_of_ours(chain.front());
    const std::optional<PrivateKey> key = load_pending_key(places_, grant_.entry);
    const std::optional<LiveVersion> live = live_if_whole();
    const Admission admission = may_install(chain, key ? std::optional(key->public_key()) : std::nullopt,
                                            live ? std::optional(live->leaf) : std::nullopt, grant_,
                                            receiver_.grants.max_lifetime, receiver_.roots, crls_, now_);
    if (const auto* const rejection = std::get_if<Rejection>(&admission)) {
        record_.attempted = serial;
        note_rejection(*rejection);
        return std::nullopt;
    }
    if (std::get<Acceptance>(admission) == Acceptance::install) {
        record_.attempted = serial;
        was_delivered_ = true;
        return prepare(site(), chain, key.value());
    }
    if (record_.attempted != serial || record_.outcome != Outcome::proved) {
        record_.attempted = serial;
        record_.outcome = Outcome::unproved;
    }
    return std::nullopt;
}

/// A crash may have come between an installation and the end of its key.
void EntryVisit::drop_installed_key() const {
    const std::optional<PrivateKey> key = load_pending_key(places_, grant_.entry);
    const std::optional<LiveVersion> live = live_if_whole();
    if (key && live && key->public_key() == live->leaf.public_key()) drop_pending(places_, grant_.entry);
}

}  // namespace halfday
