// Whose key is whose: of each certificate that may still be valid, so that a key that another host has is seen when it
// is issued for, and costs later runs nothing.
#include "ca/issuer/ledger_store.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr int kMostShared = 1000;  // that are told
constexpr std::size_t kKeyDigits = 16;

}  // namespace

void note_key(Ledger::Store& store, const BoundRow& bound, std::string_view spki) {
    const std::string key = sha256_hex(spki).substr(0, kKeyDigits);
    SQLite::Statement& shared = store.note_shared_key.on(store.database);
    shared.bind(":sequence", bound.row.sequence);
    shared.bind(":not_after", to_number(bound.row.not_after));
    shared.bind(":key", key);
    shared.bind(":at", to_number(bound.row.at));
    shared.bind(":host", bound.row.host);
    shared.exec();
    SQLite::Statement& used = store.note_key.on(store.database);
    used.bind(1, bound.row.sequence);
    used.bind(2, key);
    used.bind(3, to_number(bound.row.not_after));
    used.exec();
}

void forget_keys(const SQLite::Database& database, std::size_t noted, Time now) {
    SQLite::Statement keys(database,
                           "DELETE FROM keys_in_use WHERE not_after < ? AND sequence IN "
                           "(SELECT sequence FROM keys_in_use ORDER BY sequence LIMIT ?)");
    keys.bind(1, to_number(now));
    keys.bind(2, static_cast<std::int64_t>(2 * noted));
    keys.exec();
    SQLite::Statement shared(database, "DELETE FROM shared_keys WHERE until < ?");
    shared.bind(1, to_number(now));
    shared.exec();
}

std::vector<SharedKey> Ledger::shared_keys(Time now) const {
    return guarded(store_->path, "read", [&] {
        std::vector<SharedKey> found;
        SQLite::Statement rows(store_->database,
                               "SELECT later.host, later.entry, earlier.host, earlier.entry, until FROM shared_keys "
                               "JOIN certificates AS later ON later.sequence = shared_keys.sequence "
                               "JOIN certificates AS earlier ON earlier.sequence = shared_keys.other "
                               "WHERE until >= ? ORDER BY shared_keys.sequence DESC LIMIT ?");
        rows.bind(1, to_number(now));
        rows.bind(2, kMostShared);
        while (rows.executeStep()) {
            found.push_back({HostName::parse(rows.getColumn(0).getString()),
                             EntryName::parse(rows.getColumn(1).getString()),
                             HostName::parse(rows.getColumn(2).getString()),
                             EntryName::parse(rows.getColumn(3).getString()), to_time(rows.getColumn(4).getInt64())});
        }
        return found;
    });
}

}  // namespace halfday
