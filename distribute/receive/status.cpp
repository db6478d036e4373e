#include "distribute/receive/status.hpp"

#include "ca/base/error.hpp"
#include "distribute/receive/pending.hpp"
#include "distribute/receive/versions.hpp"

namespace halfday {
namespace {

void read_entry(const Receiver& receiver, const Requester& requester, Time now, EntryStatus& status) {
    status.record = read_record(receiver.places, status.entry);
    if (const auto request = pending_request(receiver.places, status.entry, requester, now)) {
        status.requested_at = request->request.issued_at;
    }
    if (const auto live = read_live(receiver.places, status.entry)) {
        status.live = live->serial.hex();
        status.not_after = live->leaf.not_after();
    }
}

}  // namespace

std::vector<EntryStatus> read_status(const Receiver& receiver, Time now) {
    std::vector<Fingerprint> roots;
    for (const Certificate& root : receiver.roots) roots.push_back(root.fingerprint());
    const Requester requester{receiver.grants.host, receiver.identity, roots};
    std::vector<EntryStatus> statuses;
    for (const Grant& grant : receiver.grants.certificates) {
        EntryStatus status{.entry = grant.entry,
                           .live = {},
                           .not_after = std::nullopt,
                           .requested_at = std::nullopt,
                           .record = {},
                           .problem = {}};
        try {
            read_entry(receiver, requester, now, status);
        } catch (const Error& error) {
            status.problem = error.what();
        }
        statuses.push_back(std::move(status));
    }
    return statuses;
}

}  // namespace halfday
