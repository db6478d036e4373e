#include <fcntl.h>
#include <fmt/core.h>

#include <cerrno>
#include <string>
#include <vector>

#include "ca/base/error.hpp"
#include "cli/common/app.hpp"
#include "cli/common/inspect.hpp"
#include "cli/halfday/audit.hpp"
#include "cli/halfday/backup.hpp"
#include "cli/halfday/cycle_commands.hpp"
#include "cli/halfday/doctor_commands.hpp"
#include "cli/halfday/host_commands.hpp"
#include "cli/halfday/inspect_target.hpp"
#include "cli/halfday/issuer_program.hpp"
#include "cli/halfday/options.hpp"
#include "cli/halfday/scan.hpp"
#include "cli/halfday/service.hpp"
#include "cli/halfday/setup.hpp"
#include "cli/halfday/stage_commands.hpp"
#include "cli/halfday/status_commands.hpp"
#include "cli/halfday/trust_commands.hpp"

namespace halfday {
namespace {

void add_setup_commands(CLI::App& app, Options& options) {
    CLI::App* init = add_command(app, "init", "set up this box: folders, SSH key, issuer key and request",
                                 "sudo halfday init\n  sudo halfday init --stage 6");
    init->add_option("--algorithm", options.algorithm, "of the issuer's key: P-256 unless said otherwise");
    init->add_flag("--next", options.next,
                   "a key and request for the intermediate after the one in use, which is left alone");
    add_stage(*init, options.stage, options.window_passphrases);
    add_passphrase_file(*init, options);
    init->callback([&options] {
        ServiceArguments arguments({"init"});
        arguments.flag("--next", options.next).option("--algorithm", options.algorithm);
        options.status = options.stage == 0
                             ? set_up_issuer_box(options.places, options.passphrase_file, arguments.all())
                             : set_up_stage(options, std::move(arguments));
    });
    add_unseal(app, options);
    CLI::App* accept = add_command(app, "accept", "install what halfday-root signed: a chain, or a CRL",
                                   "sudo halfday accept /media/stick/chain.pem");
    accept->add_option("CHAIN", options.chain, "PEM file")->required();
    add_passphrase_file(*accept, options);
    accept->callback([&options] {
        const FileDescriptor chain(::open(options.chain.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
        if (!chain) {
            const int error = errno;
            throw_errno("cannot read '" + printable(options.chain) + "'", error,
                        error == ENOENT ? "it is what halfday-root wrote to --out: was it copied to this box?" : "");
        }
        options.status = IssuerProgram(options.places, options.passphrase_file).run({"accept", "-"}, chain);
    });
    CLI::App* check = add_command(app, "check", "check configuration, inventory, key and chain", "sudo halfday check");
    add_json(*check, options);
    add_passphrase_file(*check, options);
    check->callback([&options] {
        const auto arguments = ServiceArguments({"check"}).flag("--json", options.json);
        options.status = IssuerProgram(options.places, options.passphrase_file).run(arguments.all());
    });
}

void add_policy_commands(CLI::App& app, Options& options) {
    CLI::App* policy =
        add_command(app, "policy", "what may be signed: explain", "sudo halfday policy explain web1.example.org");
    policy->require_subcommand(1);
    CLI::App* explain = add_command(*policy, "explain", "what a host may get, and where each value comes from",
                                    "sudo halfday policy explain web1.example.org");
    explain->add_option("HOST", options.host.host, "a host of the inventory")->required();
    add_json(*explain, options);
    explain->callback([&options] {
        ServiceArguments arguments({"policy", "explain"});
        arguments.hosts({options.host.host}).flag("--json", options.json);
        options.status = run_service(kIssuerService, options.places, arguments.all());
    });
}

void add_ledger_commands(CLI::App& app, Options& options) {
    CLI::App* ledger =
        add_command(app, "ledger", "every certificate that was ever issued: list, show, export, verify, archive",
                    "sudo halfday ledger list --since 2d\n  sudo halfday ledger show 01f3a09b44c2\n"
                    "  sudo halfday ledger export > ledger.jsonl\n  sudo halfday ledger verify\n"
                    "  sudo halfday ledger archive --dry-run\n\nThe options of each: sudo halfday ledger list --help");
    ledger->fallthrough(false);  // what follows is halfday-issuer's to read
    ledger->prefix_command();
    ledger->callback([&options, ledger] {
        std::vector<std::string> arguments{"ledger"};
        for (const std::string& argument : ledger->remaining()) {
            arguments.push_back(argument);
        }
        options.status = run_service(kIssuerService, options.places, arguments);
    });
    CLI::App* audit = add_command(app, "audit", "hold an exported ledger against what the hosts saw of it",
                                  "halfday audit ledger.jsonl --heads heads.json");
    audit->add_option("EXPORT", options.exported, "what `halfday ledger export` wrote")->required();
    audit->add_option("--heads", options.heads,
                      "what the hosts report (default: status/distributor/heads.json below --state)");
    add_json(*audit, options);
    audit->callback([&options] {
        const AuditReport report =
            audit_files(options.exported, options.heads.empty() ? options.places.host_reports() : options.heads);
        fmt::print("{}", options.json ? audit_json(report) : audit_text(report));
        options.status = report.findings.empty() ? kDone : kFailed;
    });
}

void add_backup_commands(CLI::App& app, Options& options) {
    CLI::App* backup = add_command(app, "backup", "write what this issuer box needs to come back into one new file",
                                   "sudo halfday backup /root/issuer-2026-11-24.tar");
    backup->add_option("FILE", options.backup, "a new file; a tar archive, with no secret in it")->required();
    backup->callback([&options] { options.status = back_up(options.places, options.backup); });
    CLI::App* restore = add_command(app, "restore", "bring back an issuer box from a backup, where there is none",
                                    "sudo halfday restore /root/issuer-2026-11-24.tar");
    restore->add_option("FILE", options.backup, "what `halfday backup` wrote")->required();
    restore->callback([&options] { options.status = restore_box(options.places, options.backup); });
}

void add_views(CLI::App& app, Options& options) {
    add_status(app, options);
    CLI::App* inspect = add_command(app, "inspect", "what a PEM file holds, or what a server shows",
                                    "halfday inspect www.example.org:443");
    inspect->add_option("TARGET", options.target, "FILE or HOST:PORT")->required();
    add_json(*inspect, options);
    inspect->callback([&options] {
        fmt::print("{}", inspect_target(options.target, options.json ? InspectForm::json : InspectForm::text));
    });
}

void add_scan(CLI::App& app, Options& options) {
    CLI::App* scan = add_command(app, "scan", "read what 'halfday-root qr' shows from photographs of it",
                                 "halfday scan IMG_*.jpg --out chain.pem");
    scan->add_option("PHOTOGRAPH", options.photographs, "of one code or more; all of a file's at once")->required();
    scan->add_option("--out", options.scanned, "the new file")->required();
    scan->callback([&options] { options.status = run_scan(options.photographs, options.scanned); });
}

int run(int argc, char** argv) {
    CLI::App app("halfday: 12-hour server certificates from an offline root, pushed to the web servers", "halfday");
    app.set_version_flag("--version", HALFDAY_VERSION);
    app.require_subcommand(1);
    Options options;
    add_places(app, options.places);
    add_setup_commands(app, options);
    add_host_commands(app, options);
    add_cycle_commands(app, options);
    add_policy_commands(app, options);
    add_views(app, options);
    add_doctor(app, options);
    add_ledger_commands(app, options);
    add_backup_commands(app, options);
    add_trust_commands(app, options.trust, options.status);
    add_scan(app, options);
    return parse_and_run(app, argc, argv, options.status);
}

}  // namespace
}  // namespace halfday

int main(int argc, char** argv) {
    return halfday::run_program("halfday", [&] { return halfday::run(argc, argv); });
}
