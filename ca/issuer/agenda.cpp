#include "ca/issuer/agenda.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/issuer/schedule.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

void require_known(const Inventory& inventory, const std::vector<HostName>& hosts) {
    for (const HostName& host : hosts) {
        if (inventory.find(host) == nullptr) {
            throw Error(ErrorKind::usage, fmt::format("there is no host '{}' in the inventory", host.text()),
                        "halfday host list");
        }
    }
}

bool is_chosen(const HostName& host, const std::vector<HostName>& hosts) {
    return hosts.empty() || std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

void take_request(AgendaItem& item, const Ledger& ledger, const Spool& spool) {
    std::optional<std::string> jws;
    try {
        jws = spool.request(item.host->name, item.entry->name);
    } catch (const Error& error) {
        item.refusal.reasons.push_back(fmt::format("the request can't be read: {}", error.what()));
    }
    if (!jws || jws->empty()) {
        return;
    }
    item.request_sha256 = sha256_hex(*jws);
    item.answer = ledger.answer_to(item.request_sha256);
    if (!item.answer) {
        item.jws = std::move(*jws);
    }
}

Seconds renew_after_of(const Host& host, const CertificatePolicy& settings) {
    return host.policy ? host.policy->renew_after.value_or(settings.renew_after) : settings.renew_after;
}

AgendaItem take_item(const Host& host, const Entry& entry, const Ledger& ledger, const ServedWord& served,
                     Seconds renew_after, Time now) {
    AgendaItem item;
    item.host = &host;
    item.entry = &entry;
    item.renew_after = renew_after;
    item.newest = ledger.newest(host.name, entry.name);
    item.due_at = next_due(item, now);
    if (item.newest && !is_due(item.due_at, now)) {
        item.served = served.on(host, entry, item.newest->serial);
        item.due_at = next_due(item, now);
    }
    item.due = is_due(item.due_at, now);
    return item;
}

/// Whether the exchange has another chain than `row`'s for its entry, or none that can be read.
bool is_missing(const AgendaItem& item, const LedgerRow& row, SeenChains& seen) {
    try {
        const auto published = seen.look(item.host->name, item.entry->name);
        return !published || published->answers != row.request_sha256;
    } catch (const Error&) {
        return true;
    }
}

}  // namespace

std::vector<AgendaItem> take_agenda(const Inventory& inventory, const std::vector<HostName>& hosts,
                                    const Ledger& ledger, const Spool& spool, const ServedWord& served,
                                    const CertificatePolicy& settings, Time now) {
    require_known(inventory, hosts);
    std::vector<AgendaItem> agenda;
    agenda.reserve(inventory.hosts.size());
    ledger.in_one_moment([&] {
        for (const Host& host : inventory.hosts) {
            const bool chosen = is_chosen(host.name, hosts);
            for (const Entry& entry : host.certificates) {
                AgendaItem item = take_item(host, entry, ledger, served, renew_after_of(host, settings), now);
                item.chosen = chosen;
                if (item.due && chosen) {
                    take_request(item, ledger, spool);
                }
                agenda.push_back(std::move(item));
            }
        }
    });
    return agenda;
}

std::optional<Time> next_due(const AgendaItem& item, Time now) {
    if (!item.newest) {
        return std::nullopt;
    }
    const NewestCertificate newest{item.newest->at, item.newest->names, item.newest->serial};
    if (item.served && lacks_certificate(*item.served, newest, item.renew_after, now)) {
        return std::nullopt;
    }
    return due_at(item.host->name, *item.entry, newest, item.renew_after, now);
}

std::size_t publish_missing(std::vector<AgendaItem>& agenda, const Ledger& ledger, const Spool& spool,
                            SeenChains& seen) {
    std::size_t published = 0;
    for (AgendaItem& item : agenda) {
        const auto& row = item.answer ? item.answer : item.newest;
        if (!row || !item.chosen) {
            continue;
        }
        try {
            if (is_missing(item, *row, seen)) {
                spool.publish_chain(item.host->name, item.entry->name,
                                    chain_file(row->request_sha256, ledger.chain_pem(row->sequence)));
                ++published;
            }
        } catch (const Error& error) {
            item.refusal.reasons.push_back(fmt::format("its certificate is in the ledger, but: {}", error.what()));
        }
    }
    return published;
}

}  // namespace halfday
