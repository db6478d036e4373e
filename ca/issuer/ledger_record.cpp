#include <string>

#include "ca/issuer/archive_file.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/ledger_store.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

BoundRow bind_row(const Issuance& issuance, const LedgerHead& head, const std::string& intermediate_sha256) {
    const Certificate& certificate = issuance.certificate;
    std::vector<GeneralName> names = certificate.names();
    std::string joined = join_row_names(names);
    return {.row = {.sequence = head.size + 1,
                    .at = issuance.at,
                    .host = issuance.host.text(),
                    .entry = issuance.entry.text(),
                    .request_id = issuance.request_id,
                    .request_sha256 = issuance.request_sha256,
                    .serial = certificate.serial_hex(),
                    .not_before = certificate.not_before(),
                    .not_after = certificate.not_after(),
                    .names = std::move(names)},
            .names = std::move(joined),
            .certificate_der = certificate.der(),
            .intermediate_sha256 = intermediate_sha256,
            .previous_hash = head.hash};
}

}  // namespace

void insert_row(SQLite::Statement& insert, const BoundRow& bound, const std::string& hash) {
    insert.bind(1, bound.row.sequence);
    insert.bind(2, to_number(bound.row.at));
    insert.bind(3, bound.row.host);
    insert.bind(4, bound.row.entry);
    insert.bind(5, bound.row.request_id);
    insert.bind(6, bound.row.request_sha256);
    insert.bind(7, bound.row.serial);
    insert.bind(8, to_number(bound.row.not_before));
    insert.bind(9, to_number(bound.row.not_after));
    insert.bind(10, bound.names);
    insert.bind(11, bound.certificate_der.data(), static_cast<int>(bound.certificate_der.size()));
    insert.bind(12, bound.intermediate_sha256);
    insert.bind(13, bound.previous_hash);
    insert.bind(14, hash);
    insert.exec();
}

namespace {

void keep_intermediate(const SQLite::Database& database, const Certificate& intermediate) {
    SQLite::Statement keep(database, "INSERT INTO intermediates (sha256, der) VALUES (?, ?) ON CONFLICT DO NOTHING");
    keep.bind(1, intermediate.sha256());
    keep.bind(2, intermediate.der().data(), static_cast<int>(intermediate.der().size()));
    keep.exec();
}

}  // namespace

std::vector<LedgerRow> Ledger::record(const std::vector<Issuance>& issuances, const Certificate& intermediate) {
    return guarded(store_->path, "write to", [&] {
        std::vector<LedgerRow> rows;
        SQLite::Transaction transaction(store_->database, SQLite::TransactionBehavior::IMMEDIATE);
        LedgerHead last = head();
        const std::string intermediate_sha256 = intermediate.sha256();
        keep_intermediate(store_->database, intermediate);
        for (const Issuance& issuance : issuances) {
            BoundRow bound = bind_row(issuance, last, intermediate_sha256);
            last.hash = row_hash(bound);
            last.size = bound.row.sequence;
            insert_row(store_->insert.on(store_->database), bound, last.hash);
            note_key(*store_, bound, issuance.certificate.spki());
            rows.push_back(std::move(bound.row));
        }
        if (!issuances.empty()) {
            forget_keys(store_->database, issuances.size(), issuances.back().at);
        }
        transaction.commit();
        return rows;
    });
}

Verdict Ledger::verify() const {
    return guarded(store_->path, "read", [&]() -> Verdict {
        LedgerHead before{store_->log_id, 0, genesis_hash(store_->log_id)};
        for (const LedgerArchive& archive : archives()) {
            if (std::string fault = fault_of_archive(archive, before); !fault.empty()) {
                return Refusal{{std::move(fault)}};
            }
            before = {store_->log_id, archive.rows.last, archive.hash};
        }
        SQLite::Statement rows(store_->database,
                               fmt::format("SELECT {} FROM certificates ORDER BY sequence", kBoundColumns));
        while (rows.executeStep()) {
            const std::string hash = hash_of(rows);
            const std::string fault = fault_of_row(bound_row_of(rows), hash, before.size, before.hash);
            if (!fault.empty()) {
                return Refusal{{fault}};
            }
            before.size = rows.getColumn(0).getInt64();
            before.hash = hash;
        }
        const std::string pages = store_->database.execAndGet("PRAGMA integrity_check(1)").getString();
        if (pages != "ok") {
            return Refusal{{"SQLite says: " + pages}};
        }
        return std::nullopt;
    });
}

}  // namespace halfday
