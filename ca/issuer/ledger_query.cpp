#include <string>

#include "ca/exchange/ledger_export.hpp"
#include "ca/issuer/archive_file.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/ledger_store.hpp"

namespace halfday {
namespace {

constexpr char kAfterHexDigits = 'g';

std::string conditions_of(const LedgerQuery& query) {
    std::string conditions = "1";
    conditions += query.host ? " AND host = :host" : "";
    conditions += query.name ? " AND instr(' ' || names || ' ', ' ' || :name || ' ') > 0" : "";
    conditions += query.serial.empty() ? "" : " AND serial >= :serial AND serial < :after_serial";
    conditions += query.since ? " AND at >= :since" : "";
    conditions += query.until ? " AND at <= :until" : "";
    return conditions;
}

void bind(SQLite::Statement& statement, const LedgerQuery& query) {
    if (query.host) {
        statement.bind(":host", query.host->text());
    }
    if (query.name) {
        statement.bind(":name", query.name->text());
    }
    if (!query.serial.empty()) {
        statement.bind(":serial", query.serial);
        statement.bind(":after_serial", query.serial + kAfterHexDigits);
    }
    if (query.since) {
        statement.bind(":since", to_number(*query.since));
    }
    if (query.until) {
        statement.bind(":until", to_number(*query.until));
    }
    statement.bind(":most", query.most);
}

std::string_view text_at(SQLite::Statement& row, int index) {
    const SQLite::Column column = row.getColumn(index);
    const char* const text = column.getText();
    return {text, static_cast<std::size_t>(column.getBytes())};
}

}  // namespace

void Ledger::in_one_moment(const std::function<void()>& work) const {
    guarded(store_->path, "read", [&] {
        const SQLite::Transaction one_moment(store_->database);
        work();
    });
}

std::vector<LedgerRow> Ledger::find(const LedgerQuery& query) const {
    return guarded(store_->path, "read", [&] {
        SQLite::Statement rows(store_->database,
                               fmt::format("SELECT {} FROM certificates WHERE {} ORDER BY sequence DESC LIMIT :most",
                                           kRowColumns, conditions_of(query)));
        bind(rows, query);
        std::vector<LedgerRow> found;
        while (rows.executeStep()) {
            found.push_back(row_of(rows));
        }
        return found;
    });
}

void Ledger::walk_back(std::size_t most, const std::function<bool(const RowGlance&)>& see) const {
    guarded(store_->path, "read", [&] {
        SQLite::Statement rows(store_->database,
                               "SELECT sequence, at, not_after, host, entry, request_sha256, serial, names "
                               "FROM certificates ORDER BY sequence DESC LIMIT ?");
        rows.bind(1, static_cast<std::int64_t>(most));
        bool wants_more = true;
        while (wants_more && rows.executeStep()) {
            wants_more = see({rows.getColumn(0).getInt64(), to_time(rows.getColumn(1).getInt64()),
                              to_time(rows.getColumn(2).getInt64()), text_at(rows, 3), text_at(rows, 4),
                              text_at(rows, 5), text_at(rows, 6), text_at(rows, 7)});
        }
    });
}

void Ledger::export_rows(std::int64_t first, std::int64_t last,
                         const std::function<void(const std::string&)>& put) const {
    guarded(store_->path, "read", [&] {
        SQLite::Statement rows(
            store_->database,
            fmt::format("SELECT {} FROM certificates WHERE sequence BETWEEN ? AND ? ORDER BY sequence", kBoundColumns));
        rows.bind(1, first);
        rows.bind(2, last);
        while (rows.executeStep()) {
            const BoundRow bound = bound_row_of(rows);
            put(export_line(bound, hash_of(rows), chain_pem(bound.row.sequence)));
        }
    });
}

void Ledger::export_rows(const std::function<void(const LedgerHead&)>& begin,
                         const std::function<void(const std::string&)>& put) const {
    in_one_moment([&] {
        const LedgerHead now = head();
        begin(now);
        std::int64_t archived = 0;
        for (const LedgerArchive& archive : archives()) {
            walk_archive(archive, [&](const std::string& line) { put(line + "\n"); });
            archived = archive.rows.last;
        }
        export_rows(archived + 1, now.size, put);
    });
}

}  // namespace halfday
