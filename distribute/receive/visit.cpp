#include "distribute/receive/visit.hpp"

#include <algorithm>
#include <type_traits>

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
#include "distribute/receive/web_server.hpp"

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

/// One entry's part of a visit, in steps between which its web server is told of all entries that it serves. Its record
/// is what the receipt will say; what is learned is on disk before it is said. After a failure it does nothing more.
class EntryVisit {
   public:
    EntryVisit(const Receiver& receiver, const Grant& grant, Time now)
        : receiver_(receiver), places_(receiver.places), grant_(grant), now_(now) {}

    [[nodiscard]] const Grant& grant() const { return grant_; }

    /// What a crash cut short, to be finished or undone.
    [[nodiscard]] std::optional<Flip> resume() {
        return guarded([&] {
            record_ = read_record(places_, grant_.entry);
            return cut_short(site());
        });
    }

    /// The delivered chain, if it may be installed.
    [[nodiscard]] std::optional<Flip> receive(const Delivery::ChainFor* delivered) {
        return guarded([&] { return delivered == nullptr ? std::nullopt : admit(delivered->chain_file); });
    }

    /// A version that is live and was left unproved, and not tried in this visit.
    [[nodiscard]] std::optional<Unproved> unproved() {
        return guarded([&]() -> std::optional<Unproved> {
            if (was_tried_ || record_.outcome != Outcome::unproved) return std::nullopt;
            std::optional<LiveVersion> live = live_if_whole();
            if (!live || live->serial.hex() != record_.attempted) return std::nullopt;
            return Unproved{site(), std::move(*live)};
        });
    }

    void note(const Installed& installed) {
        guarded([&]() -> std::optional<bool> {
            was_tried_ = true;
            record_.outcome = installed.outcome;
            record_.attempted = installed.attempted.hex();
            record_.reason = installed.reason;
            if (installed.outcome == Outcome::proved) {
                record_.proved = record_.attempted;
                record_.proved_at = now_;
            }
            write_record(places_, grant_.entry, record_);
            if (was_delivered_ && installed.outcome != Outcome::failed) drop_pending(places_, grant_.entry);
            return std::nullopt;
        });
    }

    void end() {
        guarded([&]() -> std::optional<bool> {
            drop_installed_key();
            delete_outdated(places_, grant_.entry, now_);
            return std::nullopt;
        });
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
    template <class Step>
    auto guarded(Step step) -> decltype(step()) {
        if (has_failed_) return std::nullopt;
        try {
            return step();
        } catch (const std::exception& error) {
            note_failure(error);
            return std::nullopt;
        }
    }

    void note_failure(const std::exception& failure) {
        has_failed_ = true;
        record_.outcome = Outcome::failed;
        record_.reason = text_of(failure);
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

    void note_rejection(const Rejection& rejection) {
        record_.outcome = rejection.outcome;
        record_.reason = rejection.refusal.text();
        write_record(places_, grant_.entry, record_);
        if (rejection.request_is_spent) drop_pending(places_, grant_.entry);
    }

    std::optional<Flip> admit(const std::string& chain_file) {
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
                                                receiver_.grants.max_lifetime, receiver_.roots, now_);
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
    bool was_tried_ = false;      // a version was installed or looked at in this visit
    bool was_delivered_ = false;  // one that answers the pending request
    bool has_failed_ = false;
};

const Delivery::ChainFor* find_chain(const Delivery& delivery, const EntryName& entry) {
    const auto found = std::find_if(delivery.chains.begin(), delivery.chains.end(),
                                    [&](const Delivery::ChainFor& chain) { return chain.entry == entry; });
    return found == delivery.chains.end() ? nullptr : &*found;
}

/// The entries of one web server in a visit.
using ServerVisit = std::vector<EntryVisit*>;

std::vector<ServerVisit> by_server(std::vector<EntryVisit>& visits) {
    std::vector<ServerVisit> servers;
    for (EntryVisit& visit : visits) {
        const auto same = std::find_if(servers.begin(), servers.end(), [&](const ServerVisit& server) {
            return share_a_server(server.front()->grant(), visit.grant());
        });
        if (same != servers.end()) {
            same->push_back(&visit);
        } else {
            servers.push_back({&visit});
        }
    }
    return servers;
}

/// Has `treat` do all at once that `next` finds in the entries, and notes how each ended.
template <class Next, class Treat>
void treat_together(const ServerVisit& server, Next next, Treat treat) {
    ServerVisit concerned;
    std::vector<typename std::invoke_result_t<Next, EntryVisit&>::value_type> all;
    for (EntryVisit* visit : server) {
        if (auto one = next(*visit)) {
            concerned.push_back(visit);
            all.push_back(std::move(*one));
        }
    }
    if (all.empty()) return;
    const std::vector<Installed> ends = treat(std::move(all));
    for (std::size_t i = 0; i < ends.size(); ++i) concerned[i]->note(ends[i]);
}

void visit_server(const ServerVisit& server, const Delivery& delivery) {
    const auto delivered = [&](EntryVisit& visit) { return visit.receive(find_chain(delivery, visit.grant().entry)); };
    treat_together(
        server, [](EntryVisit& visit) { return visit.resume(); }, have_served);
    treat_together(server, delivered, have_served);
    treat_together(
        server, [](EntryVisit& visit) { return visit.unproved(); }, prove_again);
    for (EntryVisit* visit : server) visit->end();
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
    std::vector<EntryVisit> visits;
    for (const Grant& grant : receiver.grants.certificates) visits.emplace_back(receiver, grant, now);
    for (const ServerVisit& server : by_server(visits)) visit_server(server, delivery);
    for (EntryVisit& visit : visits) {
        const EntryName& entry = visit.grant().entry;
        if (auto jws = visit.request(requester)) answer.requests.push_back({entry, std::move(*jws)});
        answer.receipts.push_back({entry, sign_message(visit.receipt(roots.front(), counter), receiver.identity)});
    }
    return answer;
}

}  // namespace halfday
