// What the ledger knows of the rows that left it.
#include "ca/exchange/archive_name.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/ledger_store.hpp"

namespace halfday {
namespace {

constexpr const char* kFolder = "archive";
constexpr int kShrinkFrom = 4;  // when more than one in so many pages is free

}  // namespace

Path Ledger::archive_file(const MonthRows& rows) const {
    return store_->path.parent_path() / kFolder / archive_name(store_->log_id, rows.month, rows.first);
}

std::vector<LedgerArchive> Ledger::archives() const {
    return guarded(store_->path, "read", [&] {
        std::vector<LedgerArchive> archives;
        SQLite::Statement found(store_->database,
                                "SELECT month, first, last, hash, file_sha256 FROM archives ORDER BY last");
        while (found.executeStep()) {
            const MonthRows rows{
                found.getColumn(0).getString(), found.getColumn(1).getInt64(), found.getColumn(2).getInt64(), {}};
            archives.push_back(
                {rows, found.getColumn(3).getString(), found.getColumn(4).getString(), archive_file(rows)});
        }
        return archives;
    });
}

std::vector<MonthRows> Ledger::months() const {
    return guarded(store_->path, "read", [&] {
        std::vector<MonthRows> months;
        SQLite::Statement rows(store_->database, "SELECT sequence, at, not_after FROM certificates ORDER BY sequence");
        while (rows.executeStep()) {
            add_row(months, rows.getColumn(0).getInt64(), to_time(rows.getColumn(1).getInt64()),
                    to_time(rows.getColumn(2).getInt64()));
        }
        return months;
    });
}

std::optional<std::string> Ledger::hash_at(std::int64_t sequence) const {
    return guarded(store_->path, "read", [&]() -> std::optional<std::string> {
        if (sequence == 0) {
            return genesis_hash(store_->log_id);
        }
        SQLite::Statement row(store_->database,
                              "SELECT hash FROM certificates WHERE sequence = :at "
                              "UNION ALL SELECT hash FROM archives WHERE last = :at");
        row.bind(":at", sequence);
        return row.executeStep() ? std::optional(row.getColumn(0).getString()) : std::nullopt;
    });
}

LedgerHead Ledger::head_at(std::int64_t sequence) const {
    auto hash = hash_at(sequence);
    if (!hash) {
        throw_damaged(store_->path, fmt::format("row {} is missing", sequence));
    }
    return {store_->log_id, sequence, std::move(*hash)};
}

void Ledger::let_go(const LedgerArchive& archive, Time now) {
    guarded(store_->path, "write to", [&] {
        SQLite::Transaction transaction(store_->database, SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement insert(store_->database,
                                 "INSERT INTO archives (last, first, month, hash, file_sha256, archived_at) "
                                 "VALUES (?, ?, ?, ?, ?, ?)");
        insert.bind(1, archive.rows.last);
        insert.bind(2, archive.rows.first);
        insert.bind(3, archive.rows.month);
        insert.bind(4, archive.hash);
        insert.bind(5, archive.file_sha256);
        insert.bind(6, to_number(now));
        insert.exec();
        SQLite::Statement remove(store_->database, "DELETE FROM certificates WHERE sequence BETWEEN ? AND ?");
        remove.bind(1, archive.rows.first);
        remove.bind(2, archive.rows.last);
        remove.exec();
        transaction.commit();
    });
}

void Ledger::shrink() {
    guarded(store_->path, "shrink", [&] {
        const auto free = store_->database.execAndGet("PRAGMA freelist_count").getInt64();
        const auto pages = store_->database.execAndGet("PRAGMA page_count").getInt64();
        if (free * kShrinkFrom > pages) {
            store_->database.exec("VACUUM");
            store_->database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    });
}

}  // namespace halfday
