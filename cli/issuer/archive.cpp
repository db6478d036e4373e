#include <fmt/core.h>

#include <filesystem>
#include <string>
#include <vector>

#include "ca/base/sandbox.hpp"
#include "ca/issuer/archiving.hpp"
#include "ca/issuer/enrolment.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/issuer/commands.hpp"
#include "cli/issuer/json.hpp"

namespace halfday {
namespace {

void print_archives(const ArchiveReport& report, Depth depth) {
    if (report.archived.empty()) {
        fmt::print("no month is closed that is not archived\n");
    }
    for (const LedgerArchive& each : report.archived) {
        fmt::print("{} {}: rows {} to {}, {}\n", depth == Depth::dry_run ? "would archive" : "archived",
                   each.rows.month, each.rows.first, each.rows.last, each.file.string());
    }
}

}  // namespace

int run_ledger_archive(const IssuerOptions& options, const std::string& before, Depth depth, Time now) {
    require_owner_runs(options.places, "ledger archive");
    deny_network();
    const auto limit = before.empty() ? std::optional<std::string>() : parse_month(before);
    const ArchiveReport report = depth == Depth::dry_run ? plan_archives(options.places, limit, now)
                                                         : archive_ledger(options.places, limit, now);
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(report));
    } else {
        print_archives(report, depth);
    }
    if (!report.warning.empty()) {
        print_warning(kProgram, fmt::format("the ledger's file is as large as before: {}", report.warning));
    }
    return kDone;
}

}  // namespace halfday
