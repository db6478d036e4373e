#include "distribute/push/knowledge.hpp"

#include <map>
#include <span>
#include <string_view>
#include <utility>

#include "ca/base/error.hpp"
#include "ca/exchange/inventory_cache.hpp"
#include "ca/exchange/seen_chains.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

/// What the issuer said, by host and entry. It speaks in the inventory's order, or is out of date.
class IssuerWord {
   public:
    explicit IssuerWord(const std::optional<IssuerSnapshot>& snapshot) {
        if (snapshot) entries_ = snapshot->entries;
    }

    [[nodiscard]] std::optional<IssuerFacts> on(const HostName& host, const EntryName& entry) {
        const IssuedEntry* const found = find(host, entry);
        return found == nullptr ? std::nullopt : std::optional(IssuerFacts{found->due_at, found->refused_request});
    }

   private:
    using Key = std::pair<std::string_view, std::string_view>;
    static Key key_of(const IssuedEntry& entry) { return {entry.host.text(), entry.entry.text()}; }

    const IssuedEntry* find(const HostName& host, const EntryName& entry) {
        const Key key{host.text(), entry.text()};
        if (next_ < entries_.size() && key_of(entries_[next_]) == key) return &entries_[next_++];
        if (by_key_.empty()) {
            for (const IssuedEntry& each : entries_) by_key_.emplace(key_of(each), &each);
        }
        const auto found = by_key_.find(key);
        if (found == by_key_.end()) return nullptr;
        next_ = static_cast<std::size_t>(found->second - entries_.data()) + 1;
        return found->second;
    }

    std::span<const IssuedEntry> entries_;
    std::size_t next_ = 0;
    std::map<Key, const IssuedEntry*> by_key_;  // made when it is needed
};

std::optional<ChainFacts> look_at_chain(SeenChains& chains, const HostName& host, const EntryName& entry,
                                        const Tell& tell) {
    try {
        auto chain = chains.look(host, entry);
        if (!chain) return std::nullopt;
        return ChainFacts{std::move(chain->sha256), std::move(chain->answers)};
    } catch (const Error& error) {
        tell({Notice::Kind::problem, host, entry, error.what(), error.hint()});
        return std::nullopt;
    }
}

/// "" for one that can't be read, too: the next one takes its place.
std::string hash_of_request(const Spool& spool, const HostName& host, const EntryName& entry) {
    try {
        const auto request = spool.request(host, entry);
        return request ? sha256_hex(*request) : std::string();
    } catch (const Error&) {
        return "";
    }
}

EntryFacts gather_entry(const Spool& spool, SeenChains& chains, const HostName& host, const EntryName& entry,
                        const HostRecord* record, IssuerWord& issuer, Time now, const Tell& tell) {
    EntryFacts facts{entry, look_at_chain(chains, host, entry, tell), {}, issuer.on(host, entry)};
    if (record != nullptr) {
        if (const auto found = record->entries.find(entry); found != record->entries.end()) {
            facts.delivered = found->second.delivered;
            facts.outcome = found->second.outcome;
        }
    }
    if (needs_request(facts, now)) facts.request = hash_of_request(spool, host, entry);
    return facts;
}

std::optional<IssuerSnapshot> read_issuers_word(const Path& file, const Tell& tell) {
    try {
        return read_issuer_snapshot(file);
    } catch (const Error& error) {
        tell({Notice::Kind::problem,
              {},
              {},
              std::string("going on without the issuer's word on what is due: ") + error.what(),
              "the issuer writes it again at the end of its next run"});
        return std::nullopt;
    }
}

}  // namespace

std::future<Inventory> begin_inventory(const Places& places) {
    return std::async(std::launch::async, [folder = places.hosts(), cache = places.distributor() / "inventory.cache"] {
        return read_inventory(folder, cache);
    });
}

Knowledge read_knowledge(const Places& places, std::future<Inventory> inventory, HostRecords records,
                         const Tell& tell) {
    auto issuer = read_issuers_word(places.issuer_snapshot(), tell);
    return {inventory.get(), std::move(records), std::move(issuer)};
}

std::vector<HostFacts> gather_facts(const Places& places, const Knowledge& knowledge,
                                    const std::vector<const Host*>& hosts, Time now, const Tell& tell) {
    const Spool spool(places.exchange());
    const bool are_all = hosts.size() == knowledge.inventory.hosts.size();  // or it would forget those of the others
    SeenChains chains(places.exchange(), are_all ? places.distributor() / "chains.cache" : Path{});
    IssuerWord issuer(knowledge.issuer);
    RecordsOf records_of(knowledge.records);
    std::vector<HostFacts> facts;
    facts.reserve(hosts.size());
    for (const Host* host : hosts) {
        const HostRecord* const record = records_of.find(*host);
        HostFacts of_host{host, {}};
        if (record != nullptr) {
            of_host.misses = record->misses;
            of_host.was_wrong = was_wrong(*record);
            of_host.first_end = first_end_of(*host, *record);
        }
        for (const Entry& entry : host->certificates) {
            of_host.entries.push_back(gather_entry(spool, chains, host->name, entry.name, record, issuer, now, tell));
        }
        facts.push_back(std::move(of_host));
    }
    chains.save();
    return facts;
}

}  // namespace halfday
