// How a ledger's file comes to be: empty, as a copy, or of another's rows.
#include <filesystem>

#include "ca/base/escape.hpp"
#include "ca/exchange/ledger_export.hpp"
#include "ca/issuer/archive_file.hpp"
#include "ca/issuer/ledger_store.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr std::size_t kLogIdBytes = 16;

using Fill = std::function<void(SQLite::Database&, const std::string&)>;

void create(const Path& beside, const Path& attached, Time now, const Fill& fill) {
    SQLite::Database database(beside.string(), SQLite::OPEN_READWRITE);
    database.exec("PRAGMA trusted_schema=OFF");
    if (!attached.empty()) {
        SQLite::Statement attach(database, "ATTACH ? AS old");
        attach.bind(1, attached.string());
        attach.exec();
    }
    SQLite::Transaction transaction(database);
    for (const char* schema :
         {kLedgerSchema, kClockAcceptedSchema, kRestoredFromSchema, kArchivesSchema, kKeysSchema}) {
        database.exec(schema);
    }
    const std::string log_id = to_hex(random_bytes(kLogIdBytes));
    SQLite::Statement insert(database, "INSERT INTO main.log (id, started_at) VALUES (?, ?)");
    insert.bind(1, log_id);
    insert.bind(2, to_number(now));
    insert.exec();
    database.exec(fmt::format("PRAGMA main.user_version={}", kLedgerVersion));
    fill(database, log_id);
    transaction.commit();
}

/// Copies the rows in archives and binds each to the one before it in this log; the last one's hash.
std::string bind_archived_rows_anew(SQLite::Database& database, const std::string& log_id, const Ledger& old) {
    SQLite::Statement insert(
        database, fmt::format("INSERT INTO main.certificates ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                              kBoundColumns));
    std::string previous = genesis_hash(log_id);
    for (const LedgerArchive& archive : old.archives()) {
        walk_archive(archive, [&](const std::string& line) {
            BoundRow bound = parse_export_row(line).bound;
            bound.previous_hash = previous;
            previous = row_hash(bound);
            insert.reset();
            insert_row(insert, bound, previous);
        });
    }
    return previous;
}

/// The same with the other rows, the first of which `previous` is before.
void bind_rows_anew(SQLite::Database& database, std::string previous) {
    SQLite::Statement rows(database, fmt::format("SELECT {} FROM old.certificates ORDER BY sequence", kBoundColumns));
    SQLite::Statement insert(
        database, fmt::format("INSERT INTO main.certificates ({0}) SELECT {1}, certificate, intermediate, ?, ? "
                              "FROM old.certificates WHERE sequence = ?",
                              kBoundColumns, kRowColumns));
    while (rows.executeStep()) {
        BoundRow bound = bound_row_of(rows);
        bound.previous_hash = previous;
        const std::string hash = row_hash(bound);
        insert.reset();
        insert.bind(1, previous);
        insert.bind(2, hash);
        insert.bind(3, bound.row.sequence);
        insert.exec();
        previous = hash;
    }
}

void copy_accepted_clocks(SQLite::Database& database, const std::string& log_id) {
    SQLite::Statement copy(database,
                           "INSERT INTO main.clock_accepted (number, at, after_sequence, after_hash) "
                           "SELECT number, at, after_sequence, coalesce((SELECT hash FROM main.certificates "
                           "WHERE sequence = after_sequence), ?) FROM old.clock_accepted ORDER BY number");
    copy.bind(1, genesis_hash(log_id));
    copy.exec();
}

/// Rows keep their numbers.
void copy_keys(SQLite::Database& database) {
    database.exec("INSERT INTO main.keys_in_use SELECT * FROM old.keys_in_use");
    database.exec("INSERT INTO main.shared_keys SELECT * FROM old.shared_keys");
}

void add_origin(SQLite::Database& database, const LedgerOrigin& origin, Time now) {
    database.exec("INSERT INTO main.restored_from SELECT * FROM old.restored_from ORDER BY number");
    SQLite::Statement insert(
        database, "INSERT INTO main.restored_from (log_id, size, hash, key, restored_at) VALUES (?, ?, ?, ?, ?)");
    insert.bind(1, origin.head.log_id);
    insert.bind(2, origin.head.size);
    insert.bind(3, origin.head.hash);
    insert.bind(4, origin.key);
    insert.bind(5, to_number(now));
    insert.exec();
}

void require_holds(const Ledger& old, const LedgerOrigin& origin) {
    if (const Verdict fault = old.verify()) {
        throw Error(ErrorKind::corrupt, "the backup's ledger does not hold: " + fault->text(), "take another backup");
    }
    if (old.head() != origin.head) {
        throw Error(ErrorKind::corrupt, "the backup's ledger stands elsewhere than its manifest says",
                    "take another backup");
    }
}

/// SQLite would take the journal of a ledger that was moved away for the new one's.
void require_no_journal(const Path& path) {
    for (const char* ending : {"-wal", "-shm", "-journal"}) {
        if (const Path journal = path.string() + ending; std::filesystem::exists(journal)) {
            throw Error(ErrorKind::io, fmt::format("'{}' is of another ledger, which is gone", journal.string()),
                        "move it to where that ledger went: the newest rows may be in it");
        }
    }
}

}  // namespace

void make_ledger_file(const Path& path, const Path& attached, Time now, const Fill& fill) {
    if (std::filesystem::exists(path)) {
        throw Error(ErrorKind::io, fmt::format("there is a ledger already: '{}'", path.string()));
    }
    require_no_journal(path);
    const Path beside = path.string() + ".new";
    remove_file(beside);
    write_new(beside, "");
    guarded(path, "start", [&] { create(beside, attached, now, fill); });
    std::filesystem::rename(beside, path);
    sync_folder(path.parent_path());
}

void Ledger::copy_to(const Path& path) const {
    write_new(path, "");  // VACUUM INTO takes an empty file, and keeps its mode
    guarded(store_->path, "copy", [&] {
        SQLite::Statement copy(store_->database, "VACUUM INTO ?");
        copy.bind(1, path.string());
        copy.exec();
    });
}

Ledger Ledger::restore(const Path& path, const Path& copy, const LedgerOrigin& origin, Time now) {
    const Ledger old = open(copy);
    require_holds(old, origin);
    make_ledger_file(path, copy, now, [&](SQLite::Database& database, const std::string& log_id) {
        database.exec("INSERT INTO main.intermediates SELECT sha256, der FROM old.intermediates");
        bind_rows_anew(database, bind_archived_rows_anew(database, log_id, old));
        copy_accepted_clocks(database, log_id);
        copy_keys(database);
        add_origin(database, origin, now);
    });
    return open(path);
}

}  // namespace halfday
