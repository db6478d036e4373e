#include "distribute/receive/visit.hpp"

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/x509/digest.hpp"
#include "distribute/receive/admission.hpp"
#include "distribute/receive/heads.hpp"
#include "distribute/receive/install.hpp"
#include "distribute/receive/pending.hpp"
#include "distribute/receive/record.hpp"
#include "distribute/receive/versions.hpp"

namespace halfday {
namespace {

constexpr int kLockPatienceSeconds = 30;  // a visit takes seconds; the distributor waits 60 s for its answer
constexpr std::size_t kIdBytes = 16;

std::vector<Fingerprint> fingerprints_of(const std::vector<Certificate>& roots) {
    std::vector<Fingerprint> fingerprints;
    for (const Certificate& root : roots) fingerprints.push_back(root.fingerprint());
    return fingerprints;
}

/// "" for one that no issuer of ours gives: a receipt has no room for any length.
std::string serial_of_ours(const Certificate& leaf) {
    try {
        return Serial::parse(leaf.serial_hex()).hex();
    } catch (const Error&) {
        return "";
    }
}

/// Without this a key that was being written when a run was killed would stay for good.
void remove_all_leftovers(const ReceiverPlaces& places) {
    for (const Path& folder : {places.state, places.pending(), places.journal(), places.records()}) {
        remove_leftovers(folder);
    }
}

/// One entry's part of a visit. Its record is what the receipt will say; what is learned is on disk before it is said.
class EntryVisit {
   public:
    EntryVisit(const Receiver& receiver, const Grant& grant, Time now)
        : receiver_(receiver), places_(receiver.places), grant_(grant), now_(now) {}

    void handle(const Delivery::ChainFor* delivered) {
        try {
            record_ = read_record(places_, grant_.entry);
            if (const auto installed = finish_cut_short(site())) note(*installed);
            if (delivered != nullptr) receive(delivered->chain_file);
            prove_what_is_not();
            drop_installed_key();
            delete_outdated(places_, grant_.entry, now_);
        } catch (const std::exception& error) {
            note_failure(error);
        }
    }

    /// Nothing when it can't be made: the receipt says why.
    [[nodiscard]] std::optional<std::string> request(const Requester& requester) {
        try {
            return keep_or_make_request(places_, grant_.entry, requester, now_);
        } catch (const std::exception& error) {
            note_failure(error);
            return std::nullopt;
        }
    }

    [[nodiscard]] Receipt receipt(const Fingerprint& audience, std::uint64_t counter) const {
        const std::optional<LiveVersion> live = live_if_whole();
        const std::string serving = live ? live->serial.hex() : "";
        return {.host = receiver_.grants.host,
                .audience = audience,
                .issued_at = now_,
                .expires = now_ + kMessageLifetime,
                .id = to_hex(random_bytes(kIdBytes)),
                .entry = grant_.entry,
                .counter = counter,
                .outcome = record_.outcome,
                .attempted = record_.attempted,
                .reason = record_.reason,
                .serving = serving,
                .not_after = live ? std::optional(live->leaf.not_after()) : std::nullopt,
                .proved_at = live && record_.proved == serving ? record_.proved_at : std::nullopt};
    }

   private:
    void note_failure(const std::exception& failure) {
        record_.outcome = Outcome::failed;
        record_.reason = failure.what();
        const auto* const error = dynamic_cast<const Error*>(&failure);
        if (error != nullptr && !error->hint().empty()) record_.reason += " (" + error->hint() + ")";
        try {
            write_record(places_, grant_.entry, record_);
        } catch (const Error&) {  // the disk may be what failed; the receipt of this answer says it all the same
        }
    }

    [[nodiscard]] Site site() const { return {places_, grant_, now_}; }

    [[nodiscard]] std::optional<LiveVersion> live_if_whole() const {
        try {
            return read_live(places_, grant_.entry);
        } catch (const Error&) {
            return std::nullopt;
        }
    }

    void note(const Installed& installed) {
        was_tried_ = true;
        record_.outcome = installed.outcome;
        record_.attempted = installed.attempted.hex();
        record_.reason = installed.reason;
        if (installed.outcome == Outcome::proved) {
            record_.proved = record_.attempted;
            record_.proved_at = now_;
        }
        write_record(places_, grant_.entry, record_);
    }

    void note_rejection(const Rejection& rejection) {
        record_.outcome = rejection.outcome;
        record_.reason = rejection.refusal.text();
        write_record(places_, grant_.entry, record_);
        if (rejection.request_is_spent) drop_pending(places_, grant_.entry);
    }

    void receive(const std::string& chain_file) {
        Chain chain;
        try {
            chain = parse_chain(chain_file);
        } catch (const Error& error) {
            record_.attempted.clear();
            note_rejection({Outcome::refused, Refusal{{std::string("it is not a chain: ") + error.what()}}});
            return;
        }
        const std::string serial = serial_of_ours(chain.front());
        const std::optional<PrivateKey> key = load_pending_key(places_, grant_.entry);
        const std::optional<LiveVersion> live = live_if_whole();
        const Admission admission = may_install(chain, key ? std::optional(key->public_key()) : std::nullopt,
                                                live ? std::optional(live->leaf) : std::nullopt, grant_,
                                                receiver_.grants.max_lifetime, receiver_.roots, now_);
        if (const auto* const rejection = std::get_if<Rejection>(&admission)) {
            record_.attempted = serial;
            note_rejection(*rejection);
        } else if (std::get<Acceptance>(admission) == Acceptance::install) {
            record_.attempted = serial;
            const Installed installed = install(site(), chain, key.value());
            note(installed);
            if (installed.outcome != Outcome::failed) drop_pending(places_, grant_.entry);
        } else if (record_.attempted != serial || record_.outcome != Outcome::proved) {
            record_.attempted = serial;
            record_.outcome = Outcome::unproved;
        }
    }

    void prove_what_is_not() {
        if (was_tried_ || record_.outcome != Outcome::unproved) return;
        const std::optional<LiveVersion> live = live_if_whole();
        if (live && live->serial.hex() == record_.attempted) note(prove_again(site(), *live));
    }

    /// A crash may have come between an installation and the end of its key.
    void drop_installed_key() const {
        const std::optional<PrivateKey> key = load_pending_key(places_, grant_.entry);
        const std::optional<LiveVersion> live = live_if_whole();
        if (key && live && key->public_key() == live->leaf.public_key()) drop_pending(places_, grant_.entry);
    }

    const Receiver& receiver_;
    const ReceiverPlaces& places_;
    const Grant& grant_;
    Time now_;
    Record record_;
    bool was_tried_ = false;  // a version was installed or looked at in this visit
};

const Delivery::ChainFor* find_chain(const Delivery& delivery, const EntryName& entry) {
    const auto found = std::find_if(delivery.chains.begin(), delivery.chains.end(),
                                    [&](const Delivery::ChainFor& chain) { return chain.entry == entry; });
    return found == delivery.chains.end() ? nullptr : &*found;
}

}  // namespace

Receiver load_receiver(const ReceiverPlaces& places, std::string version) {
    Grants grants = read_grants(places.etc);
    std::vector<Certificate> roots = read_roots(grants);
    if (!std::filesystem::exists(places.identity())) {
        throw Error(ErrorKind::not_found, "there is no identity key '" + places.identity().string() + "'",
                    "make it with halfday-receiver init");
    }
    return {places, std::move(grants), std::move(roots), PrivateKey::load(KeyUri::of_file(places.identity())),
            std::move(version)};
}

Answer receive_visit(const Receiver& receiver, const Delivery& delivery, Time now) {
    const FileLock lock = FileLock::acquire(receiver.places.lock(), "halfday-receiver", kLockPatienceSeconds);
    remove_all_leftovers(receiver.places);
    const std::vector<Fingerprint> roots = fingerprints_of(receiver.roots);
    const Requester requester{receiver.grants.host, receiver.identity, roots};
    Answer answer{.host = receiver.grants.host.text(),
                  .version = receiver.version,
                  .identity = identity_text(receiver.identity.public_key()),
                  .requests = {},
                  .receipts = {},
                  .heads = keep_delivered_head(receiver.places, delivery.head)};
    const std::uint64_t counter = next_counter(receiver.places);
    for (const Grant& grant : receiver.grants.certificates) {
        EntryVisit visit(receiver, grant, now);
        visit.handle(find_chain(delivery, grant.entry));
        if (auto jws = visit.request(requester)) answer.requests.push_back({grant.entry, std::move(*jws)});
        answer.receipts.push_back(
            {grant.entry, sign_message(visit.receipt(roots.front(), counter), receiver.identity)});
    }
    return answer;
}

}  // namespace halfday
