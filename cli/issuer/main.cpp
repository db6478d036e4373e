#include <functional>
#include <utility>

#include "ca/base/clock.hpp"
#include "ca/x509/key.hpp"
#include "cli/common/app.hpp"
#include "cli/common/stage_options.hpp"
#include "cli/issuer/commands.hpp"

namespace halfday {
namespace {

/// Everything the arguments fill in.
struct Arguments {
    IssuerOptions common;
    bool json = false;
    bool dry_run = false;
    bool next = false;
    bool early = false;
    bool accept_clock = false;
    bool renew = false;
    InitOptions init;
    UnsealOptions unseal;
    Path chain;
    IssueOptions issue;
    LedgerListOptions ledger_list;
    std::string serial;
    bool archived = false;
    std::string before;
    Path out;
    std::string explained_host;
};

void add_common(CLI::App& command, Arguments& arguments) {
    command.add_option("--passphrase-file", arguments.common.passphrase_file,
                       "the issuer key's passphrase is this file's first line");
    command
        .add_option("--passphrase-fd", arguments.common.passphrase_fd,
                    "the same, of this open file descriptor: how halfday hands it over")
        ->check(CLI::NonNegativeNumber)
        ->excludes("--passphrase-file");
    command.add_flag("--json", arguments.json, "print facts as JSON");
}

CLI::App* add_init(CLI::App& app, Arguments& arguments) {
    CLI::App* command = add_command(app, "init", "make the issuer's key and a request for the air-gapped box",
                                    "halfday-issuer init --name 'issuer of example.org'");
    command->add_option("--name", arguments.init.name, "what the request is called")->capture_default_str();
    command->add_option("--algorithm", arguments.init.algorithm, "of a new key: P-256 unless said otherwise");
    command->add_flag("--next", arguments.next,
                      "a key and request for the intermediate after the one in use, which is left alone");
    add_stage(*command, arguments.init.stage, arguments.init.window_passphrase_files);
    add_common(*command, arguments);
    return command;
}

CLI::App* add_unseal(CLI::App& app, Arguments& arguments) {
    CLI::App* command = add_command(app, "unseal", "open the key of the next window, so that runs sign with it",
                                    "halfday-issuer unseal");
    add_unseal_options(*command, arguments.unseal.window_passphrase_files, arguments.early);
    command->add_flag("--check", arguments.unseal.check, "show which window is next, or why none is; change nothing");
    add_common(*command, arguments);
    return command;
}

CLI::App* add_accept(CLI::App& app, Arguments& arguments) {
    CLI::App* command = add_command(app, "accept", "check what the air-gapped box signed, a chain or a CRL, and use it",
                                    "halfday-issuer accept /media/stick/chain.pem");
    command->add_option("chain", arguments.chain, "what halfday-root wrote to --out; - for standard input")->required();
    add_common(*command, arguments);
    return command;
}

CLI::App* add_issue(CLI::App& app, Arguments& arguments) {
    CLI::App* command = add_command(app, "issue", "mint the certificates that are due",
                                    "halfday-issuer issue --dry-run web1.example.org");
    command->add_flag("--resume", arguments.issue.resume_rollout,
                      "go on with the rollout of an intermediate or profile that has stopped");
    CLI::Option* hosts = command->add_option("host", arguments.issue.hosts, "only these hosts (default: all)");
    command->add_flag("--renew", arguments.renew, "these hosts' certificates now, due or not")->needs(hosts);
    command->add_flag("--dry-run", arguments.dry_run, "say what would be minted, and change nothing");
    command->add_flag("--accept-clock", arguments.accept_clock,
                      "this box's clock is right, although it does not fit the ledger; recorded there");
    add_common(*command, arguments);
    return command;
}

CLI::App* add_check(CLI::App& app, Arguments& arguments) {
    CLI::App* command =
        add_command(app, "check", "check settings, inventory, key, chain and ledger", "halfday-issuer check");
    add_common(*command, arguments);
    return command;
}

void add_json(CLI::App& command, Arguments& arguments) {
    command.add_flag("--json", arguments.json, "print facts as JSON");
}

CLI::App* add_ledger(CLI::App& app) {
    CLI::App* command =
        add_command(app, "ledger", "every certificate that was ever issued: list, show, export, verify, archive",
                    "halfday-issuer ledger list --since 2d");
    command->require_subcommand(1);
    return command;
}

void add_archived(CLI::App& command, Arguments& arguments) {
    command.add_flag("--archived", arguments.archived, "search the archives too, which takes its time");
}

CLI::App* add_ledger_list(CLI::App& ledger, Arguments& arguments) {
    CLI::App* command = add_command(ledger, "list", "certificates, the newest first",
                                    "halfday-issuer ledger list --host web1.example.org --since 2d");
    LedgerListOptions& list = arguments.ledger_list;
    command->add_option("--host", list.host, "only this host's");
    command->add_option("--name", list.name, "only with this DNS name or IP address");
    command->add_option("--serial", list.serial, "only with serials that begin so");
    command->add_option("--since", list.since,
                        "issued at or after: a time (2026-11-24T11:26:39Z) or how long ago (2d)");
    command->add_option("--until", list.until, "issued at or before, in the same forms");
    command->add_option("--limit", list.limit, "how many at most")
        ->capture_default_str()
        ->check(CLI::Range(1, 1'000'000));
    add_archived(*command, arguments);
    add_json(*command, arguments);
    return command;
}

CLI::App* add_ledger_show(CLI::App& ledger, Arguments& arguments) {
    CLI::App* command = add_command(ledger, "show", "one certificate, its request and its chain",
                                    "halfday-issuer ledger show 01f3a09b44c2");
    command->add_option("serial", arguments.serial, "its serial, or the first digits of it")->required();
    add_archived(*command, arguments);
    add_json(*command, arguments);
    return command;
}

CLI::App* add_ledger_export(CLI::App& ledger, Arguments& arguments) {
    CLI::App* command =
        add_command(ledger, "export", "the whole ledger with its archives as lines of JSON, for `halfday audit`",
                    "halfday-issuer ledger export > ledger.jsonl");
    command->add_option("--out", arguments.out, "a new file (default: standard output)");
    return command;
}

CLI::App* add_ledger_verify(CLI::App& ledger, Arguments& arguments) {
    CLI::App* command =
        add_command(ledger, "verify", "recompute every row's hash, archives first, and say where the ledger stands",
                    "halfday-issuer ledger verify");
    add_json(*command, arguments);
    return command;
}

CLI::App* add_ledger_archive(CLI::App& ledger, Arguments& arguments) {
    CLI::App* command =
        add_command(ledger, "archive", "move closed months into compressed files, so that the ledger stays small",
                    "halfday-issuer ledger archive --dry-run");
    command->add_option("--before", arguments.before, "only months before this one, such as 2026-09");
    command->add_flag("--dry-run", arguments.dry_run, "say which months are closed, and change nothing");
    add_json(*command, arguments);
    return command;
}

CLI::App* add_policy_explain(CLI::App& app, Arguments& arguments) {
    CLI::App* policy =
        add_command(app, "policy", "what may be signed: explain", "halfday-issuer policy explain web1.example.org");
    policy->require_subcommand(1);
    CLI::App* command = add_command(*policy, "explain", "what a host may get, and where each value comes from",
                                    "halfday-issuer policy explain web1.example.org");
    command->add_option("host", arguments.explained_host, "a host of the inventory")->required();
    command->add_flag("--json", arguments.json, "print facts as JSON");
    return command;
}

CLI::App* add_backup(CLI::App& app) {
    return add_command(app, "backup", "write a backup to standard output", "halfday-issuer backup > issuer.tar");
}

CLI::App* add_restore(CLI::App& app) {
    return add_command(app, "restore", "bring the ledger back from a backup on standard input, where there is none",
                       "halfday-issuer restore < issuer.tar");
}

int run(int argc, char** argv) {
    CLI::App app("Mints short-lived server certificates under an intermediate. It has no network.", kProgram);
    app.require_subcommand(1);
    lock_key_memory();
    app.set_version_flag("--version", HALFDAY_VERSION);
    Arguments arguments;
    add_places(app, arguments.common.places);
    int status = kUsage;
    const auto on = [&](CLI::App* command, std::function<int()> body) {
        command->callback([&status, &arguments, body = std::move(body)] {
            arguments.common.form = arguments.json ? Form::json : Form::text;
            arguments.issue.depth = arguments.dry_run ? Depth::dry_run : Depth::act;
            arguments.init.turn = arguments.next ? KeyTurn::next : KeyTurn::current;
            arguments.unseal.rule = arguments.early ? UnsealRule::early : UnsealRule::in_time;
            arguments.issue.clock = arguments.accept_clock ? ClockRule::accept : ClockRule::stop;
            arguments.issue.renewal = arguments.renew ? Renewal::now : Renewal::when_due;
            arguments.ledger_list.searched = arguments.archived ? Searched::archived : Searched::live;
            status = body();
        });
    };
    on(add_init(app, arguments), [&] { return run_init(arguments.common, arguments.init, system_now()); });
    on(add_unseal(app, arguments), [&] { return run_unseal(arguments.common, arguments.unseal, system_now()); });
    on(add_accept(app, arguments), [&] { return run_accept(arguments.common, arguments.chain, system_now()); });
    on(add_issue(app, arguments), [&] { return run_issue(arguments.common, arguments.issue, system_now()); });
    on(add_check(app, arguments), [&] { return run_check(arguments.common, system_now()); });
    CLI::App* ledger = add_ledger(app);
    on(add_ledger_list(*ledger, arguments),
       [&] { return run_ledger_list(arguments.common, arguments.ledger_list, system_now()); });
    on(add_ledger_show(*ledger, arguments),
       [&] { return run_ledger_show(arguments.common, arguments.serial, arguments.ledger_list.searched); });
    on(add_ledger_export(*ledger, arguments),
       [&] { return run_ledger_export(arguments.common, arguments.out, system_now()); });
    on(add_ledger_verify(*ledger, arguments), [&] { return run_ledger_verify(arguments.common); });
    on(add_ledger_archive(*ledger, arguments),
       [&] { return run_ledger_archive(arguments.common, arguments.before, arguments.issue.depth, system_now()); });
    on(add_backup(app), [&] { return run_backup(arguments.common, system_now()); });
    on(add_restore(app), [&] { return run_restore(arguments.common, system_now()); });
    on(add_policy_explain(app, arguments),
       [&] { return run_policy_explain(arguments.common, arguments.explained_host, system_now()); });
    return parse_and_run(app, argc, argv, status);
}

}  // namespace
}  // namespace halfday

int main(int argc, char** argv) {
    return halfday::run_program(halfday::kProgram, [&] { return halfday::run(argc, argv); });
}
