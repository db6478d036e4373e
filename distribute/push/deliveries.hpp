#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/file.hpp"
#include "ca/base/names.hpp"
#include "ca/exchange/host_report.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/message.hpp"
#include "ca/exchange/snapshot.hpp"
#include "distribute/push/hold_off.hpp"

namespace SQLite {
class Database;
}

namespace halfday {

/// What the distributor knows of an entry.
struct EntryRecord {
    std::string delivered;      // SHA-256 of the newest chain file that a receipt spoke of, "" for none
    std::uint64_t counter = 0;  // of the newest receipt, whose facts follow; 0 for none
    Outcome outcome = Outcome::none;
    std::string reason;
    std::string attempted;
    std::string serving;
    std::optional<Time> not_after;
    std::optional<Time> proved_at;
    std::string story = {};               // Receipt::story
    std::optional<Time> fetched_at = {};  // the newest request, by this box's clock
    std::optional<Time> sent_at = {};     // the chain that `delivered` is of
    std::optional<Time> asked_at = {};    // when the request that it answers was fetched
    std::string findings = {};            // Receipt::findings
    bool operator==(const EntryRecord&) const = default;
};

/// What the distributor knows of a host.
struct HostRecord {
    std::string identity;            // to which all of this is bound: another identity is another host
    std::optional<Time> reached_at;  // last answer
    std::string problem;             // of the last try, "" when it was fine
    std::optional<Seconds> skew;     // the host's clock minus ours
    std::map<EntryName, EntryRecord> entries;
    std::vector<std::string> heads = {};  // of ledgers, that it was shown (ca/exchange/ledger_head.hpp)
    Misses misses = {};
    std::string version = {};  // of its receiver
    std::string hint = {};     // what to do about the first of `problem`
    bool operator==(const HostRecord&) const = default;
};

/// Whether it found something wrong with what it has installed or serves (ca/exchange/findings.hpp).
[[nodiscard]] bool is_found_wrong(const HostRecord& record);
/// Whether each run looks at it again until that is mended: the last try had a problem, its clock is off, or that.
[[nodiscard]] bool was_wrong(const HostRecord& record);

using HostRecords = std::map<HostName, HostRecord>;

/// Looks records up, fastest in the inventory's order.
class RecordsOf {
   public:
    /// `records` must outlive it, and stay as they are.
    explicit RecordsOf(const HostRecords& records) : records_(records), next_(records.begin()) {}
    /// What is known of the host; null when nothing is, or its identity was another. There may be entries in it that
    /// the host no longer has.
    [[nodiscard]] const HostRecord* find(const Host& host);

   private:
    const HostRecords& records_;
    HostRecords::const_iterator next_;
};

/// When the first certificate that the host serves ends; nothing where an entry serves none.
[[nodiscard]] std::optional<Time> first_end_of(const Host& host, const HostRecord& record);

/// The record of a host as the inventory has it now: a new one when there is none or its identity was another, and
/// without entries that the host no longer has.
[[nodiscard]] HostRecord record_of(const HostRecords& records, const Host& host);

/// The distributor's word for `halfday status`: every entry of every host in the inventory.
[[nodiscard]] DistributorSnapshot make_snapshot(const Inventory& inventory, const HostRecords& records, Time now);

/// What the hosts in the inventory say of the ledger, for an auditor.
[[nodiscard]] std::vector<HostReport> make_host_reports(const Inventory& inventory, const HostRecords& records);

/// The distributor's own SQLite file. It may be lost at any time: chains are then delivered again, which changes
/// nothing on the hosts, and receipts come back with the answers. Throws Error{io}; Error{corrupt} for a file of
/// another kind.
class Deliveries {
   public:
    /// Makes the file when it is missing.
    [[nodiscard]] static Deliveries open(const Path& file);
    /// An empty one for this run alone.
    [[nodiscard]] static Deliveries in_memory();
    ~Deliveries();
    Deliveries(Deliveries&&) noexcept;
    Deliveries(const Deliveries&) = delete;
    Deliveries& operator=(const Deliveries&) = delete;
    Deliveries& operator=(Deliveries&&) = delete;

    [[nodiscard]] HostRecords read() const;
    /// Replaces all that is known of the host, in one transaction.
    void store(const HostName& host, const HostRecord& record);
    void forget(const HostName& host);

   private:
    explicit Deliveries(std::unique_ptr<SQLite::Database> database);
    std::unique_ptr<SQLite::Database> database_;
};

}  // namespace halfday
