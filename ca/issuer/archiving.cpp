#include "ca/issuer/archiving.hpp"

#include "ca/base/error.hpp"
#include "ca/issuer/archive_file.hpp"
#include "ca/issuer/issuer_files.hpp"

namespace halfday {
namespace {

constexpr const char* kProgram = "halfday ledger archive";
constexpr mode_t kFolderMode = 0700;

std::vector<MonthRows> closed_of(const Ledger& ledger, const std::optional<std::string>& before, Time now) {
    const auto last_moment = ledger.last_moment();
    return last_moment ? closed_months(ledger.months(), last_moment->at, now, before) : std::vector<MonthRows>{};
}

}  // namespace

ArchiveReport plan_archives(const Places& places, const std::optional<std::string>& before, Time now) {
    const Ledger ledger = Ledger::open(IssuerFiles(places).ledger());
    ArchiveReport report;
    for (const MonthRows& rows : closed_of(ledger, before, now)) {
        report.archived.push_back({rows, "", "", ledger.archive_file(rows)});
    }
    return report;
}

ArchiveReport archive_ledger(const Places& places, const std::optional<std::string>& before, Time now) {
    const IssuerFiles files(places);
    make_folder(files.archive(), kFolderMode);
    const FileLock only_one = FileLock::acquire(files.archive() / "lock", kProgram, kRunPatienceSeconds);
    remove_leftovers(files.archive());
    Ledger ledger = Ledger::open(files.ledger());
    ArchiveReport report;
    for (const MonthRows& rows : closed_of(ledger, before, now)) {
        report.archived.push_back(write_archive(ledger, rows));
        const FileLock no_run = FileLock::acquire(files.lock(), kProgram, kRunPatienceSeconds);
        ledger.let_go(report.archived.back(), now);
    }
    const FileLock no_run = FileLock::acquire(files.lock(), kProgram, kRunPatienceSeconds);
    try {
        ledger.shrink();
    } catch (const Error& error) {
        report.warning = error.what();
    }
    return report;
}

}  // namespace halfday
