#include "distribute/push/deliveries.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

constexpr int kVersion = 7;  // 1 had no heads, 2 no misses, 3 no stories, 4 no versions, 5 no hints, 6 no findings
constexpr int kPatienceMs = 10'000;  // another process that has the file locked

constexpr const char* kSchema = R"(
    CREATE TABLE host (
        name TEXT PRIMARY KEY,
        identity TEXT NOT NULL,
        reached_at INTEGER,
        problem TEXT NOT NULL,
        skew INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE entry (
        host TEXT NOT NULL REFERENCES host (name) ON DELETE CASCADE,
        name TEXT NOT NULL,
        delivered TEXT NOT NULL,
        counter INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL,
        attempted TEXT NOT NULL,
        serving TEXT NOT NULL,
        not_after INTEGER,
        proved_at INTEGER,
        PRIMARY KEY (host, name)
    ) STRICT, WITHOUT ROWID;
)";

constexpr const char* kHeadSchema = R"(
    CREATE TABLE head (
        host TEXT NOT NULL REFERENCES host (name) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        head TEXT NOT NULL,
        PRIMARY KEY (host, position)
    ) STRICT, WITHOUT ROWID;
)";

constexpr const char* kMissSchema = R"(
    ALTER TABLE host ADD COLUMN misses INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE host ADD COLUMN missed_at INTEGER;
)";

constexpr const char* kStorySchema = R"(
    ALTER TABLE entry ADD COLUMN story TEXT NOT NULL DEFAULT '';
    ALTER TABLE entry ADD COLUMN fetched_at INTEGER;
    ALTER TABLE entry ADD COLUMN sent_at INTEGER;
    ALTER TABLE entry ADD COLUMN asked_at INTEGER;
)";

constexpr const char* kReceiverSchema = R"(
    ALTER TABLE host ADD COLUMN version TEXT NOT NULL DEFAULT '';
)";

constexpr const char* kHintSchema = R"(
    ALTER TABLE host ADD COLUMN hint TEXT NOT NULL DEFAULT '';
)";

constexpr const char* kFindingsSchema = R"(
    ALTER TABLE entry ADD COLUMN findings TEXT NOT NULL DEFAULT '';
)";

[[noreturn]] void throw_sqlite(const char* what, const SQLite::Exception& error) {
    const bool is_damaged = error.getErrorCode() == SQLITE_CORRUPT || error.getErrorCode() == SQLITE_NOTADB;
    throw Error(is_damaged ? ErrorKind::corrupt : ErrorKind::io,
                std::string("cannot ") + what + " deliveries.db: " + error.what(),
                is_damaged ? "remove it with its -wal and -shm: chains are delivered again, which harms nothing" : "");
}

/// What `action` returns; what SQLite throws becomes an Error.
template <class Action>
auto sqlite(const char* what, Action action) {
    try {
        return action();
    } catch (const SQLite::Exception& error) {
        throw_sqlite(what, error);
    }
}

void bind(SQLite::Statement& statement, int index, const std::optional<Time>& time) {
    if (time) {
        statement.bind(index, static_cast<std::int64_t>(time->time_since_epoch().count()));
    } else {
        statement.bind(index);
    }
}

std::optional<Time> time_at(const SQLite::Statement& statement, int index) {
    const SQLite::Column column = statement.getColumn(index);
    if (column.isNull()) return std::nullopt;
    return Time(Seconds(column.getInt64()));
}

std::string text_at(const SQLite::Statement& statement, int index) { return statement.getColumn(index).getString(); }

EntryRecord read_entry(const SQLite::Statement& row) {
    return {.delivered = text_at(row, 2),
            .counter = static_cast<std::uint64_t>(row.getColumn(3).getInt64()),
            .outcome = parse_outcome(text_at(row, 4)),
            .reason = text_at(row, 5),
            .attempted = text_at(row, 6),
            .serving = text_at(row, 7),
            .not_after = time_at(row, 8),
            .proved_at = time_at(row, 9),
            .story = text_at(row, 10),
            .fetched_at = time_at(row, 11),
            .sent_at = time_at(row, 12),
            .asked_at = time_at(row, 13),
            .findings = text_at(row, 14)};
}

HostRecord read_host(const SQLite::Statement& row) {
    HostRecord record;
    record.identity = text_at(row, 1);
    record.reached_at = time_at(row, 2);
    record.problem = text_at(row, 3);
    if (!row.getColumn(4).isNull()) record.skew = Seconds(row.getColumn(4).getInt64());
    record.misses = {row.getColumn(5).getUInt(), time_at(row, 6)};
    record.version = text_at(row, 7);
    record.hint = text_at(row, 8);
    return record;
}

void insert(SQLite::Database& database, const HostName& host, const HostRecord& record) {
    SQLite::Statement statement(database, "INSERT INTO host VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    statement.bind(1, host.text());
    statement.bind(2, record.identity);
    bind(statement, 3, record.reached_at);
    statement.bind(4, record.problem);
    if (record.skew) statement.bind(5, static_cast<std::int64_t>(record.skew->count()));
    statement.bind(6, record.misses.runs);
    bind(statement, 7, record.misses.last);
    statement.bind(8, record.version);
    statement.bind(9, record.hint);
    statement.exec();
}

void insert(SQLite::Database& database, const HostName& host, const EntryName& name, const EntryRecord& record) {
    SQLite::Statement statement(database, "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    statement.bind(1, host.text());
    statement.bind(2, name.text());
    statement.bind(3, record.delivered);
    statement.bind(4, static_cast<std::int64_t>(record.counter));
    statement.bind(5, std::string(to_text(record.outcome)));
    statement.bind(6, record.reason);
    statement.bind(7, record.attempted);
    statement.bind(8, record.serving);
    bind(statement, 9, record.not_after);
    bind(statement, 10, record.proved_at);
    statement.bind(11, record.story);
    bind(statement, 12, record.fetched_at);
    bind(statement, 13, record.sent_at);
    bind(statement, 14, record.asked_at);
    statement.bind(15, record.findings);
    statement.exec();
}

void insert(SQLite::Database& database, const HostName& host, const std::vector<std::string>& heads) {
    SQLite::Statement statement(database, "INSERT INTO head VALUES (?, ?, ?)");
    int position = 0;
    for (const std::string& head : heads) {
        statement.bind(1, host.text());
        statement.bind(2, ++position);
        statement.bind(3, head);
        statement.exec();
        statement.reset();
    }
}

void remove(SQLite::Database& database, const HostName& host) {
    SQLite::Statement statement(database, "DELETE FROM host WHERE name = ?");
    statement.bind(1, host.text());
    statement.exec();
}

int version_of(SQLite::Database& database, const Path& file) {
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    if (version >= 0 && version <= kVersion) return version;
    throw Error(ErrorKind::corrupt,
                "'" + file.string() + "' has version " + std::to_string(version) + ", not " + std::to_string(kVersion),
                "it is another halfday's: move it away, and chains are delivered again, which harms nothing");
}

void bring_to_version(SQLite::Database& database, int version) {
    if (version < 1) database.exec(kSchema);
    if (version < 2) database.exec(kHeadSchema);
    if (version < 3) database.exec(kMissSchema);
    if (version < 4) database.exec(kStorySchema);
    if (version < 5) database.exec(kReceiverSchema);
    if (version < 6) database.exec(kHintSchema);
    if (version < 7) database.exec(kFindingsSchema);
    database.exec("PRAGMA user_version = " + std::to_string(kVersion));
}

/// The version is read before any lock is asked for: a newer halfday that has the file locked keeps nobody waiting who
/// can't use it anyway.
void prepare(SQLite::Database& database, const Path& file) {
    static_cast<void>(version_of(database, file));
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = NORMAL");  // what a power cut takes is delivered again
    database.exec("PRAGMA foreign_keys = ON");
    if (version_of(database, file) == kVersion) return;
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    bring_to_version(database, version_of(database, file));
    transaction.commit();
}

}  // namespace

Deliveries::Deliveries(std::unique_ptr<SQLite::Database> database) : database_(std::move(database)) {}
Deliveries::Deliveries(Deliveries&&) noexcept = default;
Deliveries::~Deliveries() = default;

Deliveries Deliveries::open(const Path& file) {
    return sqlite("open", [&] {
        auto database = std::make_unique<SQLite::Database>(
            file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOFOLLOW, kPatienceMs);
        prepare(*database, file);
        return Deliveries(std::move(database));
    });
}

Deliveries Deliveries::in_memory() { return open(":memory:"); }

HostRecords Deliveries::read() const {
    return sqlite("read", [&] {
        HostRecords records;
        SQLite::Transaction same_moment(*database_);
        SQLite::Statement hosts(*database_,
                                "SELECT name, identity, reached_at, problem, skew, misses, missed_at, version, hint "
                                "FROM host ORDER BY name");
        while (hosts.executeStep()) {
            records.emplace_hint(records.end(), HostName::parse(text_at(hosts, 0)), read_host(hosts));
        }
        SQLite::Statement entries(
            *database_,
            "SELECT host, name, delivered, counter, outcome, reason, attempted, serving, "
            "not_after, proved_at, story, fetched_at, sent_at, asked_at, findings FROM entry ORDER BY host");
        auto of_host = records.begin();
        while (entries.executeStep()) {
            const std::string host = text_at(entries, 0);
            while (of_host != records.end() && of_host->first.text() != host) ++of_host;
            if (of_host == records.end()) break;
            of_host->second.entries.emplace(EntryName::parse(text_at(entries, 1)), read_entry(entries));
        }
        SQLite::Statement heads(*database_, "SELECT host, head FROM head ORDER BY host, position");
        while (heads.executeStep()) {
            records[HostName::parse(text_at(heads, 0))].heads.push_back(text_at(heads, 1));
        }
        return records;
    });
}

void Deliveries::store(const HostName& host, const HostRecord& record) {
    sqlite("write", [&] {
        SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
        remove(*database_, host);
        insert(*database_, host, record);
        for (const auto& [name, entry] : record.entries) insert(*database_, host, name, entry);
        insert(*database_, host, record.heads);
        transaction.commit();
    });
}

void Deliveries::forget(const HostName& host) {
    sqlite("write", [&] { remove(*database_, host); });
}

}  // namespace halfday
