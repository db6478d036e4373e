#include "ca/issuer/ledger_store.hpp"

namespace halfday {
namespace {

constexpr int kCacheKib = 8192;            // a group's pages are written once, not spilled and written again
constexpr int kBusyMilliseconds = 10'000;  // somebody who looks with sqlite3

std::string select(std::string_view condition) {
    return fmt::format("SELECT {} FROM certificates WHERE {}", kRowColumns, condition);
}

}  // namespace

std::int64_t to_number(Time time) { return time.time_since_epoch().count(); }

Time to_time(std::int64_t number) { return Time{Seconds{number}}; }

std::string bytes_of(const SQLite::Column& column) {
    const auto* data = static_cast<const char*>(column.getBlob());
    return data == nullptr ? std::string() : std::string(data, static_cast<std::size_t>(column.getBytes()));
}

LedgerRow row_of(SQLite::Statement& found) {
    return {.sequence = found.getColumn(0).getInt64(),
            .at = to_time(found.getColumn(1).getInt64()),
            .host = found.getColumn(2).getString(),
            .entry = found.getColumn(3).getString(),
            .request_id = found.getColumn(4).getString(),
            .request_sha256 = found.getColumn(5).getString(),
            .serial = found.getColumn(6).getString(),
            .not_before = to_time(found.getColumn(7).getInt64()),
            .not_after = to_time(found.getColumn(8).getInt64()),
            .names = split_row_names(found.getColumn(9).getString())};
}

BoundRow bound_row_of(SQLite::Statement& found) {
    return {.row = row_of(found),
            .names = found.getColumn(9).getString(),
            .certificate_der = bytes_of(found.getColumn(10)),
            .intermediate_sha256 = found.getColumn(11).getString(),
            .previous_hash = found.getColumn(12).getString()};
}

std::string hash_of(SQLite::Statement& found) { return found.getColumn(13).getString(); }

SQLite::Statement& Prepared::on(const SQLite::Database& database) {
    if (statement_) {
        static_cast<void>(statement_->tryReset());  // reset() would throw the last run's failure once more
        statement_->clearBindings();
    } else {
        statement_ = std::make_unique<SQLite::Statement>(database, sql_);
    }
    return *statement_;
}

Ledger::Store::Store(Path file)
    : path(std::move(file)),
      database(path.string(), SQLite::OPEN_READWRITE, kBusyMilliseconds),
      newest(select("host = ? AND entry = ? ORDER BY sequence DESC LIMIT 1")),
      by_id(select("host = ? AND entry = ? AND request_id = ?")),
      count(
          "SELECT count(*) FROM (SELECT at FROM certificates WHERE host = ? AND entry = ? "
          "ORDER BY sequence DESC LIMIT ?) WHERE at > ? AND at <= ?"),
      chain(
          "SELECT certificate, der FROM certificates JOIN intermediates ON intermediate = sha256 "
          "WHERE sequence = ?"),
      under("SELECT 1 FROM certificates WHERE serial = ? AND intermediate = ?"),
      by_serial("SELECT at, certificate FROM certificates WHERE serial = ?"),
      insert(fmt::format("INSERT INTO certificates ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         kBoundColumns)),
      note_key("INSERT INTO keys_in_use (sequence, key, not_after) VALUES (?, ?, ?)"),
      note_shared_key(
          "INSERT INTO shared_keys (sequence, other, until) "
          "SELECT :sequence, sequence, max(keys_in_use.not_after, :not_after) "
          "FROM keys_in_use JOIN certificates USING (sequence) "
          "WHERE key = :key AND keys_in_use.not_after >= :at AND host <> :host ORDER BY sequence DESC LIMIT 1") {
    database.exec("PRAGMA journal_mode=WAL");
    database.exec("PRAGMA synchronous=FULL");
    database.exec(fmt::format("PRAGMA cache_size=-{}", kCacheKib));
    database.exec("PRAGMA foreign_keys=ON");
    database.exec("PRAGMA recursive_triggers=ON");  // so that REPLACE fires the triggers of DELETE
    database.exec("PRAGMA trusted_schema=OFF");
}

std::optional<LedgerRow> Ledger::Store::only_row(Prepared& query, std::initializer_list<std::string_view> values) {
    return guarded(path, "read", [&]() -> std::optional<LedgerRow> {
        SQLite::Statement& statement = query.on(database);
        int at = 0;
        for (const std::string_view value : values) {
            statement.bind(++at, std::string(value));
        }
        std::optional<LedgerRow> row;
        if (statement.executeStep()) {
            row = row_of(statement);
        }
        statement.reset();
        return row;
    });
}

}  // namespace halfday
