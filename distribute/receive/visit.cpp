#include "distribute/receive/visit.hpp"

#include <algorithm>
#include <type_traits>

#include "ca/base/error.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/pinned_roots.hpp"
#include "distribute/receive/entry_visit.hpp"
#include "distribute/receive/heads.hpp"
#include "distribute/receive/install.hpp"
#include "distribute/receive/kept_crls.hpp"
#include "distribute/receive/web_server.hpp"

namespace halfday {
namespace {

constexpr int kLockPatienceSeconds = 30;  // a visit takes seconds; the distributor waits 60 s for its answer

/// Without this a key that was being written when a run was killed would stay for good.
void remove_all_leftovers(const ReceiverPlaces& places) {
    for (const Path& folder : {places.state, places.pending(), places.journal(), places.records()}) {
        remove_leftovers(folder);
    }
}

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
    return {places, std::move(grants), std::move(roots), PrivateKey::load(places.identity()), std::move(version)};
}

FileLock lock_receiver(const ReceiverPlaces& places) {
    return FileLock::acquire(places.lock(), "halfday-receiver", kLockPatienceSeconds);
}

void make_new_key(const Receiver& receiver, const EntryName& entry, Time now) {
    if (receiver.grants.find(entry) == nullptr) {
        throw Error(ErrorKind::usage, "there is no '" + entry.text() + "' in " + receiver.places.grants().string(),
                    "halfday-receiver status shows what there is");
    }
    const FileLock lock = lock_receiver(receiver.places);
    const std::vector<Fingerprint> roots = fingerprints_of(receiver.roots);
    static_cast<void>(make_new_request(receiver.places, entry, {receiver.grants.host, receiver.identity, roots}, now));
}

Answer receive_visit(const Receiver& receiver, const Delivery& delivery, Time now) {
    const FileLock lock = lock_receiver(receiver.places);
    remove_all_leftovers(receiver.places);
    const std::vector<Fingerprint> roots = fingerprints_of(receiver.roots);
    const Requester requester{receiver.grants.host, receiver.identity, roots};
    Answer answer{.host = receiver.grants.host.text(),
                  .version = receiver.version,
                  .identity = identity_text(receiver.identity.public_key()),
                  .requests = {},
                  .receipts = {},
                  .heads = keep_delivered_head(receiver.places, delivery.head),
                  .crl_note = {}};
    KeptCrls kept = keep_delivered_crls(receiver.places, receiver.roots, delivery.crls);
    answer.crl_note = std::move(kept.note);
    const std::uint64_t counter = next_counter(receiver.places);
    std::vector<EntryVisit> visits;
    for (const Grant& grant : receiver.grants.certificates) visits.emplace_back(receiver, grant, kept.crls, now);
    for (const ServerVisit& server : by_server(visits)) visit_server(server, delivery);
    const LookDeadline until = std::chrono::steady_clock::now() + kLooksOfVisit;
    for (EntryVisit& visit : visits) {
        const EntryName& entry = visit.grant().entry;
        if (auto jws = visit.request(requester)) answer.requests.push_back({entry, std::move(*jws)});
        answer.receipts.push_back(
            {entry, sign_message(visit.receipt(roots.front(), counter, delivery.receipts, until), receiver.identity)});
    }
    return answer;
}

}  // namespace halfday
