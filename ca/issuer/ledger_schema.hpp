#pragma once

namespace halfday {

// The ledger's format: the one home of its tables. What a row's hash is over is in ca/exchange/ledger_row.hpp.

constexpr int kLedgerVersion = 5;  // PRAGMA user_version; 1 had no clock_accepted, 2 no restored_from, 3 no archives,
                                   // 4 no keys_in_use

/// No index is on a random value, whose every entry would be written to another page of a large ledger: a request is
/// found by its id among its entry's (its bytes hold the id, so they are there once too), and serials begin with a
/// time. A ledger of before 2026-11-25 has one on request_sha256, which costs time and nothing else. Certificates are
/// kept as DER once, the intermediates under them once each; times are seconds since 1970, hashes and serials
/// lower-case hex, names separated by a space.
inline constexpr const char* kLedgerSchema = R"sql(
CREATE TABLE log (
    id TEXT NOT NULL,
    started_at INTEGER NOT NULL
) STRICT;

CREATE TABLE intermediates (
    sha256 TEXT NOT NULL PRIMARY KEY,
    der BLOB NOT NULL
) STRICT;

CREATE TABLE certificates (
    sequence INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    host TEXT NOT NULL,
    entry TEXT NOT NULL,
    request_id TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    serial TEXT NOT NULL UNIQUE,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    names TEXT NOT NULL,
    certificate BLOB NOT NULL,
    intermediate TEXT NOT NULL REFERENCES intermediates (sha256),
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (host, entry, request_id)
) STRICT;
CREATE INDEX certificates_of_entry ON certificates (host, entry, sequence);

CREATE TRIGGER certificates_only_grow BEFORE INSERT ON certificates
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM certificates)
BEGIN SELECT raise(ABORT, 'the ledger only grows at its end'); END;
CREATE TRIGGER certificates_never_change BEFORE UPDATE ON certificates
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER certificates_never_go BEFORE DELETE ON certificates
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER intermediates_never_change BEFORE UPDATE ON intermediates
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER intermediates_never_go BEFORE DELETE ON intermediates
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER log_never_changes BEFORE UPDATE ON log
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER log_never_goes BEFORE DELETE ON log
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
)sql";

/// When a person told a run to go on although its clock did not fit the ledger: what it said, and the ledger's head
/// then.
inline constexpr const char* kClockAcceptedSchema = R"sql(
CREATE TABLE clock_accepted (
    number INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    after_sequence INTEGER NOT NULL,
    after_hash TEXT NOT NULL
) STRICT;

CREATE TRIGGER clock_accepted_never_changes BEFORE UPDATE ON clock_accepted
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER clock_accepted_never_goes BEFORE DELETE ON clock_accepted
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
)sql";

/// The logs whose rows were brought into this one from a backup, the oldest first: each where it stood there. Rows are
/// bound anew under this log's id; with the old id they give the old hashes.
inline constexpr const char* kRestoredFromSchema = R"sql(
CREATE TABLE restored_from (
    number INTEGER NOT NULL PRIMARY KEY,
    log_id TEXT NOT NULL,
    size INTEGER NOT NULL,
    hash TEXT NOT NULL,
    key TEXT NOT NULL,
    restored_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER restored_from_never_changes BEFORE UPDATE ON restored_from
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER restored_from_never_goes BEFORE DELETE ON restored_from
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
)sql";

/// The months whose rows left the ledger for a file (ca/issuer/archive_file.hpp). Only rows that are in one may be
/// deleted, the oldest first, and never the newest row, which all that follows is bound to.
inline constexpr const char* kArchivesSchema = R"sql(
CREATE TABLE archives (
    last INTEGER NOT NULL PRIMARY KEY,
    first INTEGER NOT NULL,
    month TEXT NOT NULL,
    hash TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    archived_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER archives_take_the_oldest BEFORE INSERT ON archives
WHEN NEW.first <> (SELECT coalesce(max(last), 0) + 1 FROM archives) OR NEW.last < NEW.first
  OR NEW.last >= (SELECT coalesce(max(sequence), 0) FROM certificates)
  OR NEW.hash IS NOT (SELECT hash FROM certificates WHERE sequence = NEW.last)
BEGIN SELECT raise(ABORT, 'an archive takes the oldest rows, and never the newest'); END;
CREATE TRIGGER archives_never_change BEFORE UPDATE ON archives
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER archives_never_go BEFORE DELETE ON archives
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;

DROP TRIGGER certificates_never_go;
CREATE TRIGGER certificates_never_go BEFORE DELETE ON certificates
WHEN OLD.sequence > (SELECT coalesce(max(last), 0) FROM archives)
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
)sql";

/// Whose key is whose, derived from the rows and bound to nothing: the key (the first 64 bits of the SHA-256 of the
/// SubjectPublicKeyInfo, hex: enough for a finding, and every digit costs pages of the index) of each certificate that
/// had not ended when the last ones were recorded, and those of them that found another host with the same one.
/// Certificates from before this table are not in it; within a day all are.
inline constexpr const char* kKeysSchema = R"sql(
CREATE TABLE keys_in_use (
    sequence INTEGER NOT NULL PRIMARY KEY,
    key TEXT NOT NULL,
    not_after INTEGER NOT NULL
) STRICT;
CREATE INDEX keys_in_use_by_key ON keys_in_use (key);

CREATE TABLE shared_keys (
    sequence INTEGER NOT NULL PRIMARY KEY,
    other INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
)sql";

}  // namespace halfday
