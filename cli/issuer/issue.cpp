#include <fmt/core.h>
#include <unistd.h>

#include "ca/base/general_name.hpp"
#include "ca/issuer/enrolment.hpp"
#include "ca/issuer/mint.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/issuer/commands.hpp"
#include "cli/issuer/json.hpp"

namespace halfday {
namespace {

MintReport run_mint(const IssuerOptions& options, const IssueOptions& issue, Time now) {
    MintOptions mint{
        .hosts = {},
        .passphrase = passphrase_source(options.passphrase_file),
        .clock = issue.clock,
        .renewal = issue.renewal,
        .resume_rollout = issue.resume_rollout,
        .confine = [&options](const Settings& settings) { confine_run(options.places, settings.token_folders); }};
    for (const std::string& host : issue.hosts) {
        mint.hosts.push_back(HostName::parse(host));
    }
    return issue.depth == Depth::dry_run ? plan_mint(options.places, mint, now) : mint_due(options.places, mint, now);
}

void print_minted(const Minted& minted, Depth depth) {
    if (depth == Depth::dry_run) {
        fmt::print("would mint {}/{} until {}: {}\n", minted.host.text(), minted.entry.text(),
                   format_time(minted.validity.not_after), join_names(minted.names));
    } else {
        fmt::print("minted {}/{} {} until {}: {}\n", minted.host.text(), minted.entry.text(), minted.serial,
                   format_time(minted.validity.not_after), join_names(minted.names));
    }
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

void print_text(const MintReport& report, Depth depth) {
    for (const Minted& minted : report.minted) {
        print_minted(minted, depth);
    }
    for (const std::string& line : report.news) {
        fmt::print("{}\n", line);
    }
    if (report.published_again > 0) {
        fmt::print("published {} chains again that the exchange had lost\n", report.published_again);
    }
    if (depth == Depth::dry_run || ::isatty(STDOUT_FILENO) == 1) {
        print_waiting(report);
    }
}

void print_problems(const MintReport& report) {
    for (const Refused& refused : report.refused) {
        print_error(kProgram,
                    fmt::format("{}/{}: {}", refused.host.text(), refused.entry.text(), refused.refusal.text()));
    }
    for (const std::string& warning : report.warnings) {
        print_warning(kProgram, warning);
    }
}

}  // namespace

int run_issue(const IssuerOptions& options, const IssueOptions& issue, Time now) {
    require_owner_runs(options.places, "issue");
    const MintReport report = run_mint(options, issue, now);
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(report));
    } else {
        print_text(report, issue.depth);
    }
    print_problems(report);
    return report.refused.empty() ? kDone : kSomeHosts;
}

}  // namespace halfday
