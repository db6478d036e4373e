#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "ca/base/general_name.hpp"
#include "ca/issuer/enrolment.hpp"
#include "ca/issuer/mint.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/issuer/commands.hpp"
#include "cli/issuer/json.hpp"
#include "cli/log/log.hpp"

namespace halfday {
namespace {

MintReport run_mint(const IssuerOptions& options, const IssueOptions& issue, Time now) {
    MintOptions mint{
        .hosts = {},
        .passphrase = passphrase_source(options),
        .clock = issue.clock,
        .renewal = issue.renewal,
        .resume_rollout = issue.resume_rollout,
        .confine = [&options](const Settings& settings) { confine_run(options.places, settings.token_folders); }};
    for (const std::string& host : issue.hosts) {
        mint.hosts.push_back(HostName::parse(host));
    }
    return issue.depth == Depth::dry_run ? plan_mint(options.places, mint, now) : mint_due(options.places, mint, now);
}

std::string until(const Minted& minted) {
    return fmt::format("until {}: {}", format_time(minted.validity.not_after), join_names(minted.names));
}

void print_planned(const Minted& minted) {
    fmt::print("would mint {}/{} {}\n", minted.host.text(), minted.entry.text(), until(minted));
}

LogEvent event_of(const Minted& minted) {
    return {.kind = EventKind::issued,
            .text = fmt::format("minted {}/{} {} {}", minted.host.text(), minted.entry.text(), minted.serial,
                                until(minted)),
            .host = minted.host,
            .entry = minted.entry,
            .serial = minted.serial};
}

LogEvent event_of(const Refused& refused) {
    return {
        .kind = EventKind::refused,
        .text = fmt::format("{}/{}: {}", refused.host.text(), refused.entry.text(), refused.refusal.text()),
        .host = refused.host,
        .entry = refused.entry,
        .hint = fmt::format("'halfday policy explain {0}' shows what it may get, 'halfday status --why {0}' what its "
                            "host sent",
                            refused.host.text())};
}

/// For people: cron's runs, which have nothing to tell, say nothing.
void print_waiting(const MintReport& report) {
    for (const EntryOfHost& each : report.waiting) {
        fmt::print("waiting {}/{}: due, and its next request is not here yet (halfday push asks for it)\n",
                   each.host.text(), each.entry.text());
    }
    if (report.minted.empty() && report.refused.empty() && report.waiting.empty()) {
        fmt::print("nothing is due\n");
    }
}

void tell_deeds(const MintReport& report, const Log& log) {
    for (const Minted& minted : report.minted) {
        log.tell(event_of(minted));
    }
    for (const std::string& line : report.news) {
        log.tell({.kind = EventKind::changed_over, .text = line});
    }
    if (report.published_again > 0) {
        log.tell({.kind = EventKind::news,
                  .text = fmt::format("published {} chains again that the exchange had lost", report.published_again)});
    }
}

void print_text(const MintReport& report, Depth depth, const Log& log) {
    if (depth == Depth::dry_run) {
        std::for_each(report.minted.begin(), report.minted.end(), print_planned);
    } else {
        tell_deeds(report, log);
    }
    if (depth == Depth::dry_run || ::isatty(STDOUT_FILENO) == 1) {
        print_waiting(report);
    }
}

void tell_problems(const MintReport& report, const Log& log) {
    for (const Refused& refused : report.refused) {
        log.tell(event_of(refused));
    }
    for (const std::string& warning : report.warnings) {
        log.tell({.kind = EventKind::warning, .text = warning});
    }
}

int issue_now(const IssuerOptions& options, const IssueOptions& issue, const Log& log, Time now) {
    require_owner_runs(options.places, "issue");
    const MintReport report = run_mint(options, issue, now);
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(report));
    } else {
        print_text(report, issue.depth, log);
    }
    tell_problems(report, log);
    return report.refused.empty() ? kDone : kSomeHosts;
}

}  // namespace

int run_issue(const IssuerOptions& options, const IssueOptions& issue, Time now) {
    const Log log(kProgram);
    return log.run([&] { return issue_now(options, issue, log, now); });
}

}  // namespace halfday
