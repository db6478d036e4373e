#include "ca/issuer/issuer_status.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <utility>

#include "ca/base/error.hpp"
#include "ca/exchange/snapshot.hpp"
#include "ca/issuer/sealed_keys.hpp"

namespace halfday {
namespace {

void write(const Places& places, const IssuerSnapshot& snapshot) {
    replace_file(places.issuer_snapshot(), to_json(snapshot), {.mode = 0644, .group = std::nullopt});
}

IssuedEntry entry_of(const AgendaItem& item) {
    IssuedEntry entry{.host = item.host->name,
                      .entry = item.entry->name,
                      .serial = "",
                      .issued_at = {},
                      .not_after = {},
                      .due_at = {},
                      .refused = item.refusal.text(),
                      .refused_request = item.refusal.reasons.empty() ? "" : item.request_sha256};
    if (item.newest) {
        entry.serial = item.newest->serial;
        entry.issued_at = item.newest->at;
        entry.not_after = item.newest->not_after;
        entry.due_at = item.due_at;
    }
    return entry;
}

/// Nothing when there is none or it is damaged: it is replaced anyway.
std::optional<IssuerSnapshot> last_snapshot(const Places& places) {
    try {
        return read_issuer_snapshot(places.issuer_snapshot());
    } catch (const Error&) {
        return std::nullopt;
    }
}

void keep_refusals(IssuerSnapshot& snapshot, const std::vector<AgendaItem>& agenda, const IssuerSnapshot& last) {
    std::map<std::pair<HostName, EntryName>, const IssuedEntry*> refused;
    for (const IssuedEntry& entry : last.entries) {
        if (!entry.refused.empty()) {
            refused.emplace(std::pair(entry.host, entry.entry), &entry);
        }
    }
    for (std::size_t at = 0; at < agenda.size(); ++at) {
        IssuedEntry& entry = snapshot.entries[at];
        const auto before = refused.find({entry.host, entry.entry});
        if (!agenda[at].chosen && before != refused.end()) {
            entry.refused = before->second->refused;
            entry.refused_request = before->second->refused_request;
        }
    }
}

}  // namespace

void write_issuer_status(const Places& places, const std::vector<AgendaItem>& agenda, const Intermediate& intermediate,
                         const CertificatePolicy& policy, const std::optional<RolloutNote>& rollout,
                         const std::vector<SharedKey>& shared_keys, RunCounts run, Time now) {
    IssuerSnapshot snapshot{.at = now,
                            .root = intermediate.root.fingerprint().text(),
                            .root_not_after = intermediate.root.not_after(),
                            .intermediate_not_after = intermediate.certificate.not_after(),
                            .problem = "",
                            .entries = {},
                            .certificate_life = policy.lifetime.value() - policy.backdate,
                            .rollout = rollout,
                            .shared_keys = shared_keys,
                            .crls = {},
                            .runs = counts_after(places.issuer_snapshot(), std::move(run))};
    snapshot.intermediates = known_of(intermediate.accepted);
    snapshot.sealed = known_of(intermediate.sealed);
    for (const Certificate& each : intermediate.accepted) {
        snapshot.intermediate_not_after = std::max(snapshot.intermediate_not_after, each.not_after());
    }
    for (const Crl& crl : intermediate.trust.crls) {
        snapshot.crls.push_back({crl.issuer(), std::to_string(crl.number()), crl.next_update(),
                                 static_cast<std::int64_t>(crl.revoked().size())});
    }
    snapshot.entries.reserve(agenda.size());
    for (const AgendaItem& item : agenda) {
        snapshot.entries.push_back(entry_of(item));
    }
    const bool whole = std::all_of(agenda.begin(), agenda.end(), [](const AgendaItem& item) { return item.chosen; });
    if (!whole) {
        if (const auto last = last_snapshot(places)) {
            keep_refusals(snapshot, agenda, *last);
        }
    }
    write(places, snapshot);
}

void write_issuer_problem(const Places& places, std::string_view problem, Time now) noexcept {
    try {
        if (auto snapshot = read_issuer_snapshot(places.issuer_snapshot())) {
            snapshot->at = now;
            snapshot->problem = problem;
            write(places, *snapshot);
        }
    } catch (const std::exception&) {
        return;  // the first problem is what is told
    }
}

}  // namespace halfday
