// growth_10m: what a certificate costs when the ledger has 10 million rows of other hosts (`growth_bench ROWS`: that
// many), against the same run before it had them.

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/ledger_store.hpp"
#include "tests/bench/mint_world.hpp"

namespace halfday {
namespace {

constexpr int kHosts = 5000;
constexpr int kRounds = 3;  // the median of them counts
constexpr std::int64_t kRows = 10'000'000;

/// Microseconds a certificate, from `now` on a round every four hours.
double cost(const MintWorld& world, Time now) {
    std::vector<double> costs;
    for (int round = 0; round < kRounds; ++round) {
        costs.push_back(1e6 / mint_all(world, now + round * std::chrono::hours{4}));
    }
    return median(costs);
}

std::vector<std::string> triggers_of(SQLite::Database& database) {
    std::vector<std::string> triggers;
    SQLite::Statement all(database,
                          "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'certificates'");
    while (all.executeStep()) {
        triggers.push_back(all.getColumn(0).getString());
    }
    return triggers;
}

/// The hash of the last row fits it, as a run looks at that one when it opens the ledger.
void seal_last_row(SQLite::Database& database) {
    SQLite::Statement last(database,
                           fmt::format("SELECT {} FROM certificates ORDER BY sequence DESC LIMIT 1", kBoundColumns));
    last.executeStep();
    const BoundRow bound = bound_row_of(last);
    SQLite::Statement seal(database, "UPDATE certificates SET hash = ? WHERE sequence = ?");
    seal.bind(1, row_hash(bound));
    seal.bind(2, bound.row.sequence);
    last.reset();
    seal.exec();
}

/// Rows as large as real ones, of a hundred thousand other hosts.
void fill(const Path& ledger, std::int64_t rows) {
    SQLite::Database database(ledger.string(), SQLite::OPEN_READWRITE);
    database.exec("PRAGMA synchronous=OFF; PRAGMA cache_size=-3000000; PRAGMA wal_autocheckpoint=0");
    const auto triggers = triggers_of(database);
    SQLite::Transaction transaction(database);
    database.exec(
        "DROP TRIGGER certificates_only_grow; DROP TRIGGER certificates_never_change; DROP TRIGGER "
        "certificates_never_go");
    database.exec(fmt::format(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
        "INSERT INTO certificates SELECT last.sequence + i, last.at, 'old' || (i % 100000) || '.example.org', 'www', "
        "lower(hex(randomblob(16))), lower(hex(randomblob(32))), "
        "'01' || printf('%08x', last.not_before) || lower(hex(randomblob(11))), last.not_before, "
        "last.not_after, 'old' || (i % 100000) || '.example.org', last.certificate, last.intermediate, "
        "last.previous_hash, last.hash FROM n, (SELECT * FROM certificates ORDER BY sequence DESC LIMIT 1) AS last",
        rows));
    seal_last_row(database);
    for (const std::string& trigger : triggers) {
        database.exec(trigger);
    }
    transaction.commit();
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

int run(std::int64_t rows) {
    ::umask(022);
    const Time now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    const MintWorld world(now, kHosts);
    const double before = cost(world, now);
    fill(IssuerFiles(world.places()).ledger(), rows);
    ::sync();
    const double after = cost(world, now + std::chrono::hours{24});
    std::cout << "{\"growth_10m\": {\"value\": " << std::lround(after)
              << ", \"unit\": \"us a certificate\", \"baseline\": \"the same without those " << rows
              << " rows in the ledger: " << std::lround(before)
              << " us\", \"ratio\": " << std::round(after / before * 1000) / 1000 << "}}\n";
    return 0;
}

}  // namespace
}  // namespace halfday

int main(int argc, char** argv) {
    try {
        return halfday::run(argc > 1 ? std::atoll(argv[1]) : halfday::kRows);
    } catch (const std::exception& error) {
        std::cerr << "growth_bench: " << error.what() << "\n";
        return 1;
    }
}
