#pragma once

#include <string>

#include "ca/base/clock.hpp"
#include "ca/exchange/backup.hpp"
#include "ca/exchange/places.hpp"

namespace halfday {

/// Writes a backup (ca/exchange/backup.hpp) to `fd`: root's configuration, a copy of the ledger of one moment, what the
/// roots revoked, the cross certificates between them, the sealed keys with their requests and chains, and, when the
/// issuer's key is encrypted or elsewhere, its request and chain, and the encrypted key. No private key in the clear:
/// the ledger's own is left out too, since a restored ledger is a new log with a new key. Waits for a run to end.
/// Throws Error.
void write_issuer_backup(const Places& places, int fd, Time now);

struct RestoredIssuer {
    LedgerHead before;
    std::string log_id;  // under which it goes on
};

/// Brings the issuer's part of a backup into a folder that has none: the ledger, as a new log, then the other files
/// that the backup has. May be repeated until something was issued. Throws Error{usage} and changes nothing
/// when there is other state, Error{corrupt} when the backup's ledger does not hold.
[[nodiscard]] RestoredIssuer restore_issuer(const Places& places, const Backup& backup, Time now);

}  // namespace halfday
