#include "distribute/push/knowledge.hpp"

#include <map>
#include <utility>

#include "ca/base/error.hpp"
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

EntryFacts gather_entry(const Spool& spool, const HostName& host, const EntryName& entry, const HostRecord& record,
                        const IssuerWord& issuer, Time now) {
    EntryFacts facts{entry, {}, {}, issuer.on(host, entry), {}, Outcome::none};
    if (const auto chain = spool.chain(host, entry)) {
        facts.chain = ChainFacts{sha256_hex(*chain), answered_request(*chain).value_or("")};
    }
    if (const auto found = record.entries.find(entry); found != record.entries.end()) {
        facts.delivered = found->second.delivered;
        facts.outcome = found->second.outcome;
    }
    if (needs_request(facts, now)) {
        if (const auto request = spool.request(host, entry)) facts.request = sha256_hex(*request);
    }
    return facts;
}

}  // namespace

Knowledge read_knowledge(const Places& places, const Deliveries& deliveries) {
    return {read_inventory(places.hosts()), deliveries.read(), read_issuer_snapshot(places.issuer_snapshot())};
}

std::vector<HostFacts> gather_facts(const Places& places, const Knowledge& knowledge,
                                    const std::vector<const Host*>& hosts, Time now, const Tell& tell) {
    const Spool spool(places.exchange());
    const IssuerWord issuer(knowledge.issuer);
    std::vector<HostFacts> facts;
    for (const Host* host : hosts) {
        const HostRecord record = record_of(knowledge.records, *host);
        HostFacts of_host{host, {}};
        for (const Entry& entry : host->certificates) {
            try {
                of_host.entries.push_back(gather_entry(spool, host->name, entry.name, record, issuer, now));
            } catch (const Error& error) {
                tell({Notice::Kind::problem, host->name, entry.name, error.what(), error.hint()});
            }
        }
        facts.push_back(std::move(of_host));
    }
    return facts;
}

}  // namespace halfday
