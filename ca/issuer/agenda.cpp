#include "ca/issuer/agenda.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/exchange/host_lookup.hpp"
#include "ca/issuer/newest_rows.hpp"
#include "ca/issuer/schedule.hpp"

namespace halfday {
namespace {

void require_known(const Inventory& inventory, const std::vector<HostName>& hosts) {
    for (const HostName& host : hosts) {
        static_cast<void>(host_of(inventory, host));
    }
}

bool is_chosen(const HostName& host, const std::vector<HostName>& hosts) {
    return hosts.empty() || std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

Seconds renew_after_of(const Host& host, const CertificatePolicy& settings) {
    return host.policy ? host.policy->renew_after.value_or(settings.renew_after) : settings.renew_after;
}

/// When the item's next certificate is due, by its newest and by what its host said that it serves. Nothing: now.
std::optional<Time> next_due(const AgendaItem& item, Time now) {
    if (!item.newest || !item.newest->has_names) {
        return std::nullopt;
    }
    const auto by_age = due_by_age(item.host->name, item.newest->at,
                                   renewal_within(item.newest->not_after - item.newest->at, item.renew_after), now);
    const NewestCertificate newest{item.newest->at, item.entry->names, item.newest->serial};
    if (item.served && lacks_certificate(*item.served, newest, item.renew_after, now)) {
        return std::min(by_age, due_when_lacking(*item.served, newest, now));  // nothing, which is now, is the least
    }
    return by_age;
}

/// An item for every entry of the inventory, in its order.
std::vector<AgendaItem> list_entries(const Inventory& inventory, const std::vector<HostName>& hosts,
                                     const CertificatePolicy& settings) {
    std::vector<AgendaItem> agenda;
    agenda.reserve(inventory.hosts.size());
    for (const Host& host : inventory.hosts) {
        const bool chosen = is_chosen(host.name, hosts);
        const Seconds renew_after = renew_after_of(host, settings);
        for (const Entry& entry : host.certificates) {
            AgendaItem& item = agenda.emplace_back();
            item.host = &host;
            item.entry = &entry;
            item.renew_after = renew_after;
            item.chosen = chosen;
        }
    }
    return agenda;
}

void schedule(AgendaItem& item, ServedWord& served, Time now) {
    item.due_at = next_due(item, now);
    if (item.newest && !is_due(item.due_at, now)) {
        item.served = served.on(*item.host, *item.entry, item.newest->serial);
        if (item.served) {
            item.due_at = next_due(item, now);
        }
    }
    item.due = is_due(item.due_at, now);
}

/// Whether the exchange has another chain than `row`'s for its entry, or none that can be read.
bool is_missing(const AgendaItem& item, const IssuedRow& row, SeenChains& seen) {
    try {
        const auto published = seen.look(item.host->name, item.entry->name);
        return !published || published->answers != row.request_sha256;
    } catch (const Error&) {
        return true;
    }
}

}  // namespace

std::vector<AgendaItem> take_agenda(const Inventory& inventory, const std::vector<HostName>& hosts,
                                    const Ledger& ledger, ServedWord& served, const CertificatePolicy& settings,
                                    Time now) {
    require_known(inventory, hosts);
    std::vector<AgendaItem> agenda = list_entries(inventory, hosts, settings);
    ledger.in_one_moment([&] {
        take_newest(agenda, ledger);
        for (AgendaItem& item : agenda) {
            schedule(item, served, now);
        }
    });
    return agenda;
}

void make_due(std::vector<AgendaItem>& agenda) {
    for (AgendaItem& item : agenda) {
        if (item.chosen) {
            item.due = true;
            item.due_at.reset();
        }
    }
}

void take_certificate(AgendaItem& item, const LedgerRow& row, Time now) {
    item.newest = issued_row(row, *item.entry);
    item.due_at = next_due(item, now);
}

std::size_t publish_missing(std::vector<AgendaItem>& agenda, const Ledger& ledger, const Spool& spool, SeenChains& seen,
                            const Trust& trust, Time now) {
    std::size_t published = 0;
    for (AgendaItem& item : agenda) {
        const IssuedRow* const newest = item.newest ? &*item.newest : nullptr;
        const IssuedRow* const row = item.answer ? item.answer.get() : newest;
        if (row == nullptr || !item.chosen || item.published) {
            continue;
        }
        try {
            if (is_missing(item, *row, seen)) {
                spool.publish_chain(
                    item.host->name, item.entry->name,
                    chain_file(row->request_sha256, with_cross(ledger.chain_pem(row->sequence), trust, now)));
                ++published;
            }
        } catch (const Error& error) {
            item.refusal.reasons.push_back(fmt::format("its certificate is in the ledger, but: {}", error.what()));
        }
    }
    return published;
}

}  // namespace halfday
