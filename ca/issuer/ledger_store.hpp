#pragma once

// The inside of Ledger, for its own sources alone.

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/core.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "ca/base/error.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/ledger_schema.hpp"

namespace halfday {

/// The columns that row_of reads, and those that bound_row_of and hash_of read as well.
inline constexpr const char* kRowColumns =
    "sequence, at, host, entry, request_id, request_sha256, serial, not_before, not_after, names";
inline constexpr const char* kBoundColumns =
    "sequence, at, host, entry, request_id, request_sha256, serial, not_before, not_after, names, certificate, "
    "intermediate, previous_hash, hash";

[[nodiscard]] LedgerRow row_of(SQLite::Statement& found);
[[nodiscard]] BoundRow bound_row_of(SQLite::Statement& found);
[[nodiscard]] std::string hash_of(SQLite::Statement& found);
[[nodiscard]] std::string bytes_of(const SQLite::Column& column);
[[nodiscard]] std::int64_t to_number(Time time);
[[nodiscard]] Time to_time(std::int64_t number);

/// Binds the row to an INSERT of kBoundColumns, and executes that.
void insert_row(SQLite::Statement& insert, const BoundRow& bound, const std::string& hash);

/// Makes an empty ledger, lets `fill` add to it in the same transaction, and puts it into place: there is never half a
/// ledger. `attached`, where it is given, is the database "old".
void make_ledger_file(const Path& path, const Path& attached, Time now,
                      const std::function<void(SQLite::Database& database, const std::string& log_id)>& fill);

[[noreturn]] void throw_damaged(const Path& path, const std::string& what);

/// Throws Error{corrupt} when the file can't be a ledger, or its end is missing. SQLite would make a new database of an
/// empty file, and see that pages are gone when it needs them.
void require_whole(const Path& path);

/// What SQLite's failure to `what` (open, read, write to) the ledger means, and what to do about it.
[[nodiscard]] Error ledger_error(const Path& path, const char* what, const SQLite::Exception& failure);

/// Does `work` on the ledger at `path`; SQLite's exceptions become Errors with its words.
template <class Work>
auto guarded(const Path& path, const char* what, Work work) {
    try {
        return work();
    } catch (const SQLite::Exception& failure) {
        throw ledger_error(path, what, failure);
    }
}

/// A statement that is prepared once, when it is first used.
class Prepared {
   public:
    explicit Prepared(std::string sql) : sql_(std::move(sql)) {}
    /// Reset and without bindings.
    [[nodiscard]] SQLite::Statement& on(const SQLite::Database& database);

   private:
    std::string sql_;
    std::unique_ptr<SQLite::Statement> statement_;
};

/// The open file and its statements.
struct Ledger::Store {
    explicit Store(Path file);

    /// The one row that `query` finds with these values.
    [[nodiscard]] std::optional<LedgerRow> only_row(Prepared& query, std::initializer_list<std::string_view> values);

    Path path;
    SQLite::Database database;
    std::string log_id;
    Prepared newest;
    Prepared by_id;
    Prepared count;
    Prepared chain;
    Prepared under;
    Prepared by_serial;
    Prepared insert;
    Prepared note_key;
    Prepared note_shared_key;
};

/// Notes the key of a row that was just inserted, and whether another host has it in a certificate that has not ended.
void note_key(Ledger::Store& store, const BoundRow& bound, std::string_view spki);
/// Forgets what has ended by `now` of twice as many of the oldest keys as were noted, so that only keys in use stay.
void forget_keys(const SQLite::Database& database, std::size_t noted, Time now);

}  // namespace halfday
