#pragma once

// Includes CLI11, which is slow to compile: for main.cpp alone.

#include "ca/base/clock.hpp"
#include "cli/halfday/cycle.hpp"
#include "cli/halfday/issuer_program.hpp"
#include "cli/halfday/notify.hpp"
#include "cli/halfday/options.hpp"
#include "cli/halfday/service.hpp"

namespace halfday {

inline void add_issue(CLI::App& app, Options& options) {
    CLI::App* issue = add_command(app, "issue", "mint the certificates that are due", "sudo halfday issue --dry-run");
    add_dry_run(*issue, options);
    issue->add_flag("--accept-clock", options.accept_clock,
                    "this box's clock is right, although it does not fit the ledger; recorded there");
    issue->add_flag("--resume", options.resume,
                    "go on with the rollout of an intermediate or profile that has stopped");
    issue->add_option("HOST", options.only_hosts, "only these hosts");
    add_passphrase_file(*issue, options);
    issue->callback([&options] {
        ServiceArguments arguments({"issue"});
        arguments.flag("--dry-run", options.dry_run).flag("--accept-clock", options.accept_clock);
        arguments.flag("--resume", options.resume).hosts(options.only_hosts);
        options.status = IssuerProgram(options.places, options.passphrase_file).run(arguments.all());
    });
}

inline void add_push(CLI::App& app, Options& options) {
    CLI::App* push = add_command(app, "push", "deliver what is undelivered, fetch requests",
                                 "sudo halfday push --dry-run\n  sudo halfday push --only failed");
    CLI::Option* dry_run = add_dry_run(*push, options);
    CLI::Option* hosts =
        push->add_option("HOST", options.only_hosts, "only these hosts, however long they have been away");
    CLI::Option* ask =
        push->add_flag("--ask", options.ask, "visit these hosts and fetch the requests that they have now, due or not")
            ->needs(hosts);
    CLI::Option* only = push->add_option("--only", options.only,
                                         "failed: hosts that failed at the last try, however long they have been away")
                            ->check(CLI::IsMember({"failed"}));
    push->add_flag("--resume", options.resume,
                   "go on with the rollout of an intermediate or profile that has stopped: issue, and deliver that")
        ->excludes(dry_run, hosts, ask, only);
    add_passphrase_file(*push, options);
    push->callback([&options] {
        if (options.resume) {
            options.status = resume_rollout(IssuerProgram(options.places, options.passphrase_file), options.places);
            return;
        }
        ServiceArguments arguments;
        arguments.flag("--dry-run", options.dry_run).flag("--ask", options.ask);
        arguments.option("--only", options.only).hosts(options.only_hosts);
        options.status = run_push_service(options.places, arguments.all());
    });
}

inline void add_cycle_commands(CLI::App& app, Options& options) {
    add_issue(app, options);
    add_push(app, options);
    CLI::App* run = add_command(app, "run", "a cycle: push, issue, and push what is new", "sudo halfday run");
    run->add_flag("--quiet", options.quiet, "say nothing but what is wrong, when it is news: for cron");
    add_passphrase_file(*run, options);
    run->callback([&options] {
        options.status =
            run_cycle(options.places, options.passphrase_file, options.quiet ? CycleOutput::news : CycleOutput::all);
    });
    CLI::App* notify =
        add_command(app, "notify", "tell people what is wrong, if it is news, by the command of 'notify:'",
                    "sudo halfday notify --dry-run");
    add_dry_run(*notify, options);
    notify->add_flag("--test", options.trial, "have the command tell that this is a trial");
    notify->callback([&options] {
        const NotifyDepth depth = options.dry_run ? NotifyDepth::dry_run : NotifyDepth::act;
        options.status = run_notify(options.places, options.trial ? NotifyDepth::trial : depth, system_now());
    });
    CLI::App* renew = add_command(app, "renew", "another certificate and key for hosts now, due or not",
                                  "sudo halfday renew web1.example.org");
    renew->add_option("HOST", options.only_hosts, "these hosts")->required();
    add_dry_run(*renew, options);
    add_passphrase_file(*renew, options);
    renew->callback([&options] {
        std::vector<HostName> hosts;
        for (const std::string& host : options.only_hosts) {
            hosts.push_back(HostName::parse(host));
        }
        const IssuerProgram issuer(options.places, options.passphrase_file);
        options.status = options.dry_run ? plan_renewal(issuer, hosts) : renew_now(issuer, options.places, hosts);
    });
}

}  // namespace halfday
