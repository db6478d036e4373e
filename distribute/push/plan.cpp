#include "distribute/push/plan.hpp"

#include <algorithm>
#include <utility>

#include "ca/exchange/host_lookup.hpp"

namespace halfday {
namespace {

bool waits_for_the_issuer(const EntryFacts& facts) {
    if (facts.request.empty()) return false;
    const bool is_answered = facts.chain && facts.chain->answers == facts.request;
    const bool is_refused = facts.issued && facts.issued->refused_request == facts.request;
    return !is_answered && !is_refused;
}

bool is_to_be_asked(const EntryFacts& facts, Time now) { return is_due(facts, now) && !waits_for_the_issuer(facts); }

bool has_failed(const HostRecord& record) {
    return !record.problem.empty() || is_found_wrong(record) ||
           std::any_of(record.entries.begin(), record.entries.end(), [](const auto& entry) {
               return entry.second.outcome != Outcome::proved && entry.second.outcome != Outcome::none;
           });
}

std::string listed(const char* verb, const std::vector<EntryName>& entries) {
    std::string text;
    for (const EntryName& entry : entries) text += (text.empty() ? std::string(verb) + " " : ", ") + entry.text();
    return text;
}

}  // namespace

std::vector<const Host*> select_hosts(const Inventory& inventory, const HostRecords& records, const PushOrder& order) {
    const std::vector<HostName>& named = order.named;
    for (const HostName& name : named) {
        static_cast<void>(host_of(inventory, name));
    }
    RecordsOf records_of(records);
    std::vector<const Host*> hosts;
    for (const Host& host : inventory.hosts) {
        const HostRecord* const record = records_of.find(host);
        if (!named.empty() && std::find(named.begin(), named.end(), host.name) == named.end()) continue;
        if (order.only == PushOrder::Only::failed && (record == nullptr || !has_failed(*record))) continue;
        hosts.push_back(&host);
    }
    return hosts;
}

bool is_due(const EntryFacts& facts, Time now) {
    if (!facts.issued) return !facts.chain;
    return !facts.issued->due_at || *facts.issued->due_at <= now;
}

bool is_undelivered(const EntryFacts& facts) {
    if (!facts.chain) return false;
    if (facts.chain->sha256 != facts.delivered) return true;
    switch (facts.outcome) {
        case Outcome::proved:
            return false;
        case Outcome::refused:
        case Outcome::skew:
        case Outcome::rolled_back:
            return !facts.request.empty() && facts.chain->answers == facts.request;
        case Outcome::none:
        case Outcome::unproved:
        case Outcome::failed:
            break;
    }
    return true;
}

bool needs_request(const EntryFacts& facts, Time now) {
    return is_due(facts, now) || (facts.chain && facts.outcome != Outcome::proved);
}

std::vector<HostPlan> make_plan(const std::vector<HostFacts>& facts, PushOrder::Ask ask, Time now) {
    std::vector<HostPlan> plans;
    for (const HostFacts& host : facts) {
        HostPlan plan{host.host, {}, {}, host.misses.runs, hold_off_until(host.misses, host.first_end, now)};
        for (const EntryFacts& entry : host.entries) {
            if (is_undelivered(entry)) plan.deliver.push_back(entry.entry);
            if (ask == PushOrder::Ask::now || is_to_be_asked(entry, now)) plan.ask.push_back(entry.entry);
        }
        if (host.was_wrong || !plan.deliver.empty() || !plan.ask.empty()) plans.push_back(std::move(plan));
    }
    std::stable_partition(plans.begin(), plans.end(), [](const HostPlan& plan) { return plan.missed_runs == 0; });
    return plans;
}

std::string describe(const HostPlan& plan) {
    const std::string deliver = listed("deliver", plan.deliver);
    const std::string ask = listed("ask for", plan.ask);
    if (deliver.empty() && ask.empty()) return "look again";
    return deliver + (deliver.empty() || ask.empty() ? "" : "; ") + ask;
}

}  // namespace halfday
