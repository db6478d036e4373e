#include "ca/issuer/backup.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include "ca/base/error.hpp"
#include "ca/base/sandbox.hpp"
#include "ca/issuer/enrolment.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/issuer/commands.hpp"

namespace halfday {

int run_backup(const IssuerOptions& options, Time now) {
    require_owner_runs(options.places, "backup FILE");
    if (::isatty(STDOUT_FILENO) == 1) {
        throw Error(ErrorKind::usage, "a backup is not for a terminal", "halfday backup FILE");
    }
    deny_network();
    write_issuer_backup(options.places, STDOUT_FILENO, now);
    return kDone;
}

int run_restore(const IssuerOptions& options, Time now) {
    require_owner_runs(options.places, "restore FILE");
    deny_network();
    const RestoredIssuer restored = restore_issuer(options.places, Backup::open(STDIN_FILENO), now);
    fmt::print("ledger: certificates 1 to {} of the log {} go on as the log {}\n", restored.before.size,
               restored.before.log_id, restored.log_id);
    return kDone;
}

}  // namespace halfday
