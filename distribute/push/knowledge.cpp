#include "distribute/push/knowledge.hpp"

#include <map>
#include <utility>

#include "ca/base/error.hpp"
#include "ca/exchange/inventory_cache.hpp"
#include "ca/exchange/seen_chains.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

/// What the issuer said, by host and entry.
class IssuerWord {
   public:
    explicit IssuerWord(const std::optional<IssuerSnapshot>& snapshot) {
        if (!snapshot) return;
        for (const IssuedEntry& entry : snapshot->entries) entries_.emplace(Key(entry.host, entry.entry), &entry);
    }

    [[nodiscard]] std::optional<IssuedEntry> on(const HostName& host, const EntryName& entry) const {
        const auto found = entries_.find(Key(host, entry));
        return found == entries_.end() ? std::nullopt : std::optional(*found->second);
    }

   private:
    using Key = std::pair<HostName, EntryName>;
    std::map<Key, const IssuedEntry*> entries_;
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
                        const HostRecord& record, const IssuerWord& issuer, Time now, const Tell& tell) {
    EntryFacts facts{entry, look_at_chain(chains, host, entry, tell), {}, issuer.on(host, entry), {}, Outcome::none};
    if (const auto found = record.entries.find(entry); found != record.entries.end()) {
        facts.delivered = found->second.delivered;
        facts.outcome = found->second.outcome;
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

Knowledge read_knowledge(const Places& places, HostRecords records, const Tell& tell) {
    return {read_inventory(places.hosts(), places.distributor() / "inventory.cache"), std::move(records),
            read_issuers_word(places.issuer_snapshot(), tell)};
}

std::vector<HostFacts> gather_facts(const Places& places, const Knowledge& knowledge,
                                    const std::vector<const Host*>& hosts, Time now, const Tell& tell) {
    const Spool spool(places.exchange());
    const bool are_all = hosts.size() == knowledge.inventory.hosts.size();  // or it would forget those of the others
    SeenChains chains(places.exchange(), are_all ? places.distributor() / "chains.cache" : Path{});
    const IssuerWord issuer(knowledge.issuer);
    std::vector<HostFacts> facts;
    for (const Host* host : hosts) {
        const HostRecord record = record_of(knowledge.records, *host);
        HostFacts of_host{host, {}};
        for (const Entry& entry : host->certificates) {
            of_host.entries.push_back(gather_entry(spool, chains, host->name, entry.name, record, issuer, now, tell));
        }
        facts.push_back(std::move(of_host));
    }
    chains.save();
    return facts;
}

}  // namespace halfday
