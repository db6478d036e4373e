#include <fcntl.h>
#include <fmt/core.h>

#include <string>
#include <utility>
#include <vector>

#include "ca/base/error.hpp"
#include "ca/exchange/metrics.hpp"
#include "cli/common/app.hpp"
#include "cli/common/inspect.hpp"
#include "cli/halfday/audit.hpp"
#include "cli/halfday/backup.hpp"
#include "cli/halfday/cycle.hpp"
#include "cli/halfday/host_options.hpp"
#include "cli/halfday/inspect_target.hpp"
#include "cli/halfday/scan.hpp"
#include "cli/halfday/service.hpp"
#include "cli/halfday/setup.hpp"
#include "cli/halfday/status.hpp"
#include "cli/halfday/trust_commands.hpp"
#include "cli/halfday/why.hpp"

namespace halfday {
namespace {

constexpr int kUnknown = 3;  // for monitoring systems: our own failure

/// Everything that the command line can hold.
struct Options {
    Places places;
    std::string chain;
    std::string algorithm;
    std::vector<std::string> only_hosts;
    std::string only;
    bool ask = false;
    bool dry_run = false;
    bool next = false;
    bool accept_clock = false;
    bool resume = false;
    bool json = false;
    bool check = false;
    std::string why;
    Path metrics;
    HostOptions host;
    bool uninstall = false;
    std::string target;
    Path exported;
    Path heads;
    Path backup;
    TrustOptions trust;
    std::vector<Path> photographs;
    Path scanned;
    int status = kDone;

    [[nodiscard]] Mode mode() const { return dry_run ? Mode::dry_run : Mode::real; }
};

void add_json(CLI::App& command, Options& options) { command.add_flag("--json", options.json, "facts as JSON"); }

/// A service's command line: what was given here is given there.
class ServiceArguments {
   public:
    explicit ServiceArguments(std::vector<std::string> first = {}) : all_(std::move(first)) {}

    ServiceArguments& flag(const char* name, bool given) {
        if (given) {
            all_.emplace_back(name);
        }
        return *this;
    }
    ServiceArguments& option(const char* name, const std::string& value) {
        if (!value.empty()) {
            all_.insert(all_.end(), {name, value});
        }
        return *this;
    }
    ServiceArguments& hosts(const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            all_.push_back(HostName::parse(name).text());
        }
        return *this;
    }
    [[nodiscard]] const std::vector<std::string>& all() const { return all_; }

   private:
    std::vector<std::string> all_;
};

CLI::Option* add_dry_run(CLI::App& command, Options& options) {
    return command.add_flag("--dry-run", options.dry_run, "say what would be done, and do nothing");
}

void add_setup_commands(CLI::App& app, Options& options) {
    CLI::App* init =
        add_command(app, "init", "set up this box: folders, SSH key, issuer key and request", "sudo halfday init");
    init->add_option("--algorithm", options.algorithm, "of the issuer's key: P-256 unless said otherwise");
    init->add_flag("--next", options.next,
                   "a key and request for the intermediate after the one in use, which is left alone");
    init->callback([&options] {
        ServiceArguments arguments({"init"});
        arguments.flag("--next", options.next).option("--algorithm", options.algorithm);
        options.status = set_up_issuer_box(options.places, arguments.all());
    });
    CLI::App* accept = add_command(app, "accept", "install what halfday-root signed: a chain, or a CRL",
                                   "sudo halfday accept /media/stick/chain.pem");
    accept->add_option("CHAIN", options.chain, "PEM file")->required();
    accept->callback([&options] {
        const FileDescriptor chain(::open(options.chain.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
        if (!chain) {
            throw_errno("cannot read '" + printable(options.chain) + "'");
        }
        options.status = run_service(kIssuerService, options.places, {"accept", "-"}, chain);
    });
    CLI::App* check = add_command(app, "check", "check configuration, inventory, key and chain", "sudo halfday check");
    add_json(*check, options);
    check->callback([&options] {
        const auto arguments = ServiceArguments({"check"}).flag("--json", options.json);
        options.status = run_service(kIssuerService, options.places, arguments.all());
    });
}

void add_issue(CLI::App& app, Options& options) {
    CLI::App* issue = add_command(app, "issue", "mint the certificates that are due", "sudo halfday issue --dry-run");
    add_dry_run(*issue, options);
    issue->add_flag("--accept-clock", options.accept_clock,
                    "this box's clock is right, although it does not fit the ledger; recorded there");
    issue->add_flag("--resume", options.resume, "go on with the rollout of an intermediate that has stopped");
    issue->add_option("HOST", options.only_hosts, "only these hosts");
    issue->callback([&options] {
        ServiceArguments arguments({"issue"});
        arguments.flag("--dry-run", options.dry_run).flag("--accept-clock", options.accept_clock);
        arguments.flag("--resume", options.resume).hosts(options.only_hosts);
        options.status = run_service(kIssuerService, options.places, arguments.all());
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

void add_push(CLI::App& app, Options& options) {
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
                   "go on with the rollout of an intermediate that has stopped: issue, and deliver that")
        ->excludes(dry_run, hosts, ask, only);
    push->callback([&options] {
        if (options.resume) {
            options.status = resume_rollout(options.places);
            return;
        }
        ServiceArguments arguments;
        arguments.flag("--dry-run", options.dry_run).flag("--ask", options.ask);
        arguments.option("--only", options.only).hosts(options.only_hosts);
        options.status = run_push_service(options.places, arguments.all());
    });
}

void add_cycle_commands(CLI::App& app, Options& options) {
    add_issue(app, options);
    add_push(app, options);
    CLI::App* run = add_command(app, "run", "a cycle: push, issue, and push what is new", "sudo halfday run");
    run->callback([&options] { options.status = run_cycle(options.places); });
    CLI::App* renew = add_command(app, "renew", "another certificate and key for hosts now, due or not",
                                  "sudo halfday renew web1.example.org");
    renew->add_option("HOST", options.only_hosts, "these hosts")->required();
    add_dry_run(*renew, options);
    renew->callback([&options] {
        std::vector<HostName> hosts;
        for (const std::string& host : options.only_hosts) {
            hosts.push_back(HostName::parse(host));
        }
        options.status = options.dry_run ? plan_renewal(options.places, hosts) : renew_now(options.places, hosts);
    });
}

void add_install_options(CLI::App& add, Options& options) {
    add.add_flag("--install", options.host.install,
                 "over your own ssh: put the receiver there with all that it needs, and deliver the first certificate");
    add.add_option("--via", options.host.via,
                   "with --install: your ssh's destination, as in root@web1.example.org; HOST otherwise");
    add.add_option("--receiver", options.host.installation.receiver,
                   "with --install: a halfday-receiver that runs on the host");
    add.add_option("--server", options.host.installation.server, "with --install: the web server; nginx otherwise");
    add.add_option("--probe", options.host.installation.probe,
                   "with --install: ADDRESS:PORT where the web server serves it; 127.0.0.1:443 otherwise");
    add.add_option("--mode", options.host.installation.mode, "with --install: mode of the key's files; 0600 otherwise");
    add.add_option("--group", options.host.installation.group, "with --install: group that may read the key's files");
    add.add_option("--from", options.host.installation.from,
                   "with --install: addresses or ranges that the distributor's key is taken from");
}

void add_host_add(CLI::App& host, Options& options) {
    CLI::App* add = add_command(host, "add", "fetch a host's identity, have it confirmed, put it into the inventory",
                                "sudo halfday host add web1.example.org --certificate www=www.example.org \\\n"
                                "    --host-key 'ssh-ed25519 AAAAC3Nza…'\n"
                                "  sudo halfday host add web1.example.org --install --certificate www=www.example.org");
    add->add_option("HOST", options.host.host, "its name in the inventory")->required();
    add->add_option("--reach", options.host.reach,
                    "ssh://USER@HOST:PORT or unix:PATH; ssh://halfday-receiver@HOST otherwise");
    add->add_option("--certificate", options.host.certificates, "ENTRY=NAME,NAME…; www=HOST otherwise");
    add->add_option("--host-key", options.host.host_key, "the host's SSH key, unless known_hosts has it");
    add->add_option("--confirm", options.host.confirm,
                    "fingerprint that halfday-receiver init printed, instead of the prompt");
    add_install_options(*add, options);
    add_dry_run(*add, options);
    add->callback([&options] { options.status = add_host(options.places, host_to_add(options.host), options.mode()); });
}

void add_host_rekey(CLI::App& host, Options& options) {
    CLI::App* rekey = add_command(host, "rekey", "fetch the new identity of a host that was installed anew",
                                  "sudo halfday host rekey web1.example.org --host-key 'ssh-ed25519 AAAAC3Nza…'");
    rekey->add_option("HOST", options.host.host, "a host of the inventory")->required();
    rekey->add_option("--host-key", options.host.host_key, "the host's SSH key, where that is new too");
    rekey->add_option("--confirm", options.host.confirm,
                      "fingerprint that halfday-receiver init printed, instead of the prompt");
    add_dry_run(*rekey, options);
    rekey->callback(
        [&options] { options.status = rekey_host(options.places, rekeying_of(options.host), options.mode()); });
}

void add_host_commands(CLI::App& app, Options& options) {
    CLI::App* host = add_command(app, "host", "the inventory: add, list, show, rekey, remove", "halfday host list");
    host->require_subcommand(1);
    add_host_add(*host, options);
    CLI::App* list = add_command(*host, "list", "every host and what it is to serve", "halfday host list");
    add_json(*list, options);
    list->callback([&options] {
        const Inventory inventory = read_inventory(options.places.hosts());
        fmt::print("{}", options.json ? hosts_json(inventory) : hosts_table(inventory));
    });
    CLI::App* show = add_command(*host, "show", "one host's file", "halfday host show web1.example.org");
    show->add_option("HOST", options.host.host)->required();
    show->callback([&options] { fmt::print("{}", show_host(options.places, HostName::parse(options.host.host))); });
    add_host_rekey(*host, options);
    CLI::App* remove = add_command(*host, "remove", "take a host out of the inventory and known_hosts",
                                   "sudo halfday host remove web1.example.org");
    remove->add_option("HOST", options.host.host)->required();
    remove->add_flag("--uninstall", options.uninstall, "remove the receiver from the host before, over your own ssh");
    remove->add_option("--via", options.host.via, "with --uninstall: your ssh's destination; HOST otherwise");
    add_dry_run(*remove, options);
    remove->callback([&options] {
        remove_host(options.places, HostName::parse(options.host.host), options.uninstall ? via_of(options.host) : "",
                    options.mode());
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

void show_status(Options& options, Time now) {
    if (!options.why.empty()) {
        const HostStory story = read_why(options.places, HostName::parse(options.why), now);
        fmt::print("{}", options.json ? why_json(story, now) : why_text(story, now));
        return;
    }
    const Fleet fleet = read_fleet(options.places, now);
    if (!options.metrics.empty()) {
        replace_file(options.metrics, fleet_metrics(fleet, now), Access{0644});
    } else if (options.check) {
        fmt::print("{}", fleet_check_line(fleet, now));
        options.status = static_cast<int>(fleet.health);
    } else {
        fmt::print("{}", options.json ? fleet_json(fleet, now) : fleet_table(fleet, now));
    }
}

void add_views(CLI::App& app, Options& options) {
    CLI::App* status = add_command(app, "status", "what is served where, and how long it would last",
                                   "halfday status\n  halfday status --why web1.example.org");
    add_json(*status, options);
    CLI::Option* const check =
        status->add_flag("--check", options.check, "one line and 0, 1, 2 or 3, as monitoring plugins do");
    status->add_option("--why", options.why, "a host's last cycle, step by step with times")->excludes(check);
    status->add_option("--metrics", options.metrics, "write it to this file for Prometheus' node_exporter")
        ->excludes(check);
    status->callback([&options] {
        try {
            show_status(options, system_now());
        } catch (const Error& error) {
            if (!options.check) {
                throw;
            }
            fmt::print("UNKNOWN: {}\n", error.what());
            options.status = kUnknown;
        }
    });
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
