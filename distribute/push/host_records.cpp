// What is made of the records of hosts; where they are kept is in deliveries.cpp.
#include <algorithm>
#include <utility>

#include "ca/exchange/findings.hpp"
#include "ca/exchange/message.hpp"
#include "distribute/push/deliveries.hpp"

namespace halfday {

std::optional<Time> first_end_of(const Host& host, const HostRecord& record) {
    std::optional<Time> first;
    for (const Entry& entry : host.certificates) {
        const auto found = record.entries.find(entry.name);
        if (found == record.entries.end() || !found->second.not_after) return std::nullopt;
        first = std::min(first.value_or(*found->second.not_after), *found->second.not_after);
    }
    return first;
}

bool is_found_wrong(const HostRecord& record) {
    return std::any_of(record.entries.begin(), record.entries.end(),
                       [](const auto& entry) { return is_any_wrong(entry.second.findings); });
}

bool was_wrong(const HostRecord& record) {
    const bool is_clock_off = record.skew && std::chrono::abs(*record.skew) > kMostSkew;
    return !record.problem.empty() || is_clock_off || is_found_wrong(record);
}

const HostRecord* RecordsOf::find(const Host& host) {
    if (next_ == records_.end() || next_->first != host.name) next_ = records_.find(host.name);
    if (next_ == records_.end()) return nullptr;
    const HostRecord& record = next_++->second;
    return record.identity == identity_text(host.identity) ? &record : nullptr;
}

HostRecord record_of(const HostRecords& records, const Host& host) {
    const HostRecord* const known = RecordsOf(records).find(host);
    HostRecord record = known != nullptr ? *known : HostRecord{};
    record.identity = identity_text(host.identity);
    std::erase_if(record.entries, [&](const auto& entry) { return host.find(entry.first) == nullptr; });
    return record;
}

DistributorSnapshot make_snapshot(const Inventory& inventory, const HostRecords& records, Time now) {
    const HostRecord no_record;
    const EntryRecord no_facts;
    DistributorSnapshot snapshot{now, {}, {}};
    snapshot.hosts.reserve(inventory.hosts.size());
    snapshot.entries.reserve(inventory.hosts.size());
    RecordsOf records_of(records);
    for (const Host& host : inventory.hosts) {
        const HostRecord* const known = records_of.find(host);
        const HostRecord& record = known != nullptr ? *known : no_record;
        snapshot.hosts.push_back(ReachedHost{
            host.name, record.reached_at, record.problem, record.skew, record.misses.runs, record.misses.last,
            hold_off_until(record.misses, first_end_of(host, record), now), record.version, record.hint});
        for (const Entry& entry : host.certificates) {
            const auto found = record.entries.find(entry.name);
            const EntryRecord& facts = found == record.entries.end() ? no_facts : found->second;
            snapshot.entries.push_back(DeliveredEntry{
                host.name, entry.name, facts.outcome, facts.reason, facts.attempted, facts.serving, facts.not_after,
                facts.proved_at, facts.story, facts.fetched_at, facts.sent_at, facts.asked_at, facts.findings});
        }
    }
    return snapshot;
}

std::vector<HostReport> make_host_reports(const Inventory& inventory, const HostRecords& records) {
    const HostRecord no_record;
    std::vector<HostReport> reports;
    reports.reserve(inventory.hosts.size());
    RecordsOf records_of(records);
    for (const Host& host : inventory.hosts) {
        const HostRecord* const known = records_of.find(host);
        const HostRecord& record = known != nullptr ? *known : no_record;
        HostReport report{host.name, record.heads, {}};
        for (const auto& [name, entry] : record.entries) {
            if (!entry.serving.empty() && host.find(name) != nullptr) report.serving.push_back(entry.serving);
        }
        reports.push_back(std::move(report));
    }
    return reports;
}

}  // namespace halfday
