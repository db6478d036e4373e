#include "ca/issuer/ledger.hpp"

#include <array>
#include <filesystem>

#include "ca/issuer/ledger_store.hpp"

namespace halfday {
namespace {

struct Step {
    int version;
    const char* schema;
};

constexpr std::array<Step, 4> kSteps{
    {{2, kClockAcceptedSchema}, {3, kRestoredFromSchema}, {4, kArchivesSchema}, {5, kKeysSchema}}};

void bring_up_to_date(SQLite::Database& database) {
    for (const Step& step : kSteps) {
        if (database.execAndGet("PRAGMA user_version").getInt() == step.version - 1) {
            SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
            database.exec(step.schema);
            database.exec(fmt::format("PRAGMA user_version={}", step.version));
            transaction.commit();
        }
    }
}

}  // namespace

Ledger::Ledger(std::unique_ptr<Store> store) : store_(std::move(store)) {}
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

Ledger Ledger::start(const Path& path, Time now) {
    make_ledger_file(path, {}, now, [](SQLite::Database&, const std::string&) {});
    return open(path);
}

Ledger Ledger::open(const Path& path) {
    if (!std::filesystem::exists(path)) {
        throw Error(ErrorKind::not_found, fmt::format("there is no ledger '{}'", path.string()),
                    "bring it back from the newest backup; only a new issuer starts a new one, by `halfday init`");
    }
    require_whole(path);
    return guarded(path, "open", [&] {
        auto store = std::make_unique<Store>(path);
        bring_up_to_date(store->database);
        const int version = store->database.execAndGet("PRAGMA user_version").getInt();
        if (version != kLedgerVersion) {
            throw Error(ErrorKind::corrupt, fmt::format("the ledger '{}' has format {}, and this program knows {}",
                                                        path.string(), version, kLedgerVersion));
        }
        store->log_id = store->database.execAndGet("SELECT id FROM log").getString();
        SQLite::Statement last(
            store->database, fmt::format("SELECT {} FROM certificates ORDER BY sequence DESC LIMIT 1", kBoundColumns));
        if (last.executeStep() && row_hash(bound_row_of(last)) != hash_of(last)) {
            throw_damaged(path, fmt::format("row {} was changed", last.getColumn(0).getInt64()));
        }
        return Ledger(std::move(store));
    });
}

const std::string& Ledger::log_id() const { return store_->log_id; }

LedgerHead Ledger::head() const {
    return guarded(store_->path, "read", [&] {
        SQLite::Statement last(store_->database,
                               "SELECT sequence, hash FROM certificates ORDER BY sequence DESC LIMIT 1");
        if (!last.executeStep()) {
            return LedgerHead{store_->log_id, 0, genesis_hash(store_->log_id)};
        }
        return LedgerHead{store_->log_id, last.getColumn(0).getInt64(), last.getColumn(1).getString()};
    });
}

std::vector<LedgerOrigin> Ledger::origins() const {
    return guarded(store_->path, "read", [&] {
        std::vector<LedgerOrigin> origins;
        SQLite::Statement rows(store_->database, "SELECT log_id, size, hash, key FROM restored_from ORDER BY number");
        while (rows.executeStep()) {
            origins.push_back(
                {{rows.getColumn(0).getString(), rows.getColumn(1).getInt64(), rows.getColumn(2).getString()},
                 rows.getColumn(3).getString()});
        }
        return origins;
    });
}

std::optional<LedgerMoment> Ledger::last_moment() const {
    return guarded(store_->path, "read", [&]() -> std::optional<LedgerMoment> {
        SQLite::Statement accepted(
            store_->database,
            "SELECT at FROM clock_accepted WHERE after_sequence = "
            "(SELECT coalesce(max(sequence), 0) FROM certificates) ORDER BY number DESC LIMIT 1");
        if (accepted.executeStep()) {
            return LedgerMoment{to_time(accepted.getColumn(0).getInt64()), LedgerMoment::Origin::accepted_clock};
        }
        SQLite::Statement issued(store_->database, "SELECT at FROM certificates ORDER BY sequence DESC LIMIT 1");
        if (issued.executeStep()) {
            return LedgerMoment{to_time(issued.getColumn(0).getInt64()), LedgerMoment::Origin::certificate};
        }
        return std::nullopt;
    });
}

void Ledger::accept_clock(Time now) {
    guarded(store_->path, "write to", [&] {
        SQLite::Transaction transaction(store_->database, SQLite::TransactionBehavior::IMMEDIATE);
        const LedgerHead last = head();
        SQLite::Statement insert(store_->database,
                                 "INSERT INTO clock_accepted (at, after_sequence, after_hash) VALUES (?, ?, ?)");
        insert.bind(1, to_number(now));
        insert.bind(2, last.size);
        insert.bind(3, last.hash);
        insert.exec();
        transaction.commit();
    });
}

std::optional<LedgerRow> Ledger::newest(const HostName& host, const EntryName& entry) const {
    return store_->only_row(store_->newest, {host.text(), entry.text()});
}

std::optional<LedgerRow> Ledger::answer_to(const HostName& host, const EntryName& entry,
                                           std::string_view request_id) const {
    return store_->only_row(store_->by_id, {host.text(), entry.text(), request_id});
}

int Ledger::count_within(const HostName& host, const EntryName& entry, Time since, Time now, int most) const {
    return guarded(store_->path, "read", [&] {
        auto& query = store_->count.on(store_->database);
        query.bind(1, host.text());
        query.bind(2, entry.text());
        query.bind(3, most);
        query.bind(4, to_number(since));
        query.bind(5, to_number(now));
        query.executeStep();
        const int count = query.getColumn(0).getInt();
        query.reset();
        return count;
    });
}

bool Ledger::is_under(std::string_view serial, const std::string& intermediate_sha256) const {
    return guarded(store_->path, "read", [&] {
        auto& query = store_->under.on(store_->database);
        query.bind(1, std::string(serial));
        query.bind(2, intermediate_sha256);
        const bool found = query.executeStep();
        query.reset();
        return found;
    });
}

std::optional<IssuedCertificate> Ledger::certificate(std::string_view serial) const {
    return guarded(store_->path, "read", [&]() -> std::optional<IssuedCertificate> {
        auto& query = store_->by_serial.on(store_->database);
        query.bind(1, std::string(serial));
        if (!query.executeStep()) {
            return std::nullopt;
        }
        IssuedCertificate found{to_time(query.getColumn(0).getInt64()),
                                Certificate::parse_der(bytes_of(query.getColumn(1)))};
        query.reset();
        return found;
    });
}

std::string Ledger::chain_pem(std::int64_t sequence) const {
    return guarded(store_->path, "read", [&] {
        auto& query = store_->chain.on(store_->database);
        query.bind(1, sequence);
        if (!query.executeStep()) {
            throw_damaged(store_->path, fmt::format("row {} or its intermediate is missing", sequence));
        }
        std::string pem = Certificate::parse_der(bytes_of(query.getColumn(0))).pem() +
                          Certificate::parse_der(bytes_of(query.getColumn(1))).pem();
        query.reset();
        return pem;
    });
}

}  // namespace halfday
