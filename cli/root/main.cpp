#include <functional>
#include <string>
#include <utility>

#include "ca/base/clock.hpp"
#include "ca/base/sandbox.hpp"
#include "ca/root/windows.hpp"
#include "ca/x509/key.hpp"
#include "cli/common/app.hpp"
#include "cli/root/ceremony.hpp"
#include "cli/root/commands.hpp"

namespace halfday {
namespace {

/// Everything the arguments fill in.
struct Arguments {
    RootFolder folder;
    bool allow_network = false;
    bool json = false;
    InitOptions init;
    SignOptions sign;
    DoOptions ordered;
    ShareOptions share_options;
    bool check = false;
    bool rehearse = false;
    CrlOptions revoke;
    CrlOptions crl;
    RotateOptions rotate;
    Path inspected;
    LogVerifyOptions log_verify;
    Path log_out;
    CeremonyOptions log_begin;

    [[nodiscard]] Form form() const { return json ? Form::json : Form::text; }
    void share(CeremonyOptions& options) const {
        options.folder = folder;
        options.network = allow_network ? NetworkPolicy::record : NetworkPolicy::refuse;
        options.extent = check ? Extent::check : rehearse ? Extent::rehearse : Extent::whole;
    }
};

void add_state(CLI::App& command, Arguments& arguments) {
    command.add_option("--state", arguments.folder.state, "folder of the root")->capture_default_str();
}

void add_lifetime(CLI::App& command, std::string& lifetime) {
    command.add_option("--lifetime", lifetime, "how long it is valid, as in 35d")->capture_default_str();
}

void add_confirm(CLI::App& command, CeremonyOptions& options) {
    command.add_option("--confirm", options.confirm, "the fingerprint on the issuer's screen (default: ask)");
}

void add_ceremony(CLI::App& command, Arguments& arguments, CeremonyOptions& options) {
    add_state(command, arguments);
    command.add_option("--key", options.key,
                       "the key's URI: file:PATH, pkcs11:token=…;object=…, handle:0x81… (default: that of init, which "
                       "makes it in the folder)");
    command.add_option("--passphrase-file", options.passphrase_file,
                       "read the passphrase, or a token's PIN, from this file's first line");
    command.add_option("--share-file", options.share_files,
                       "where the key is shared: read a share from this file's first line, once for each");
    command.add_flag("--allow-network", arguments.allow_network, "go on although this box has a network; logged");
}

void add_rehearse(CLI::App& command, Arguments& arguments) {
    command.add_flag("--rehearse", arguments.rehearse,
                     "the same with a throw-away root in memory; nothing is left of it but an event in the log");
}

void add_exclude(CLI::App& command, ConstraintOptions& options) {
    command.add_option("--exclude", options.excluded,
                       "a name with all below it, or IP addresses, that it is not for, of what is permitted");
}

CLI::App* add_init(CLI::App& app, Arguments& arguments) {
    InitOptions& options = arguments.init;
    CLI::App* command = add_command(app, "init", "make the root: its key under a passphrase, and its certificate",
                                    "halfday-root init 'Example Root' --permit example.org --permit example.net");
    command->add_option("name", options.name, "what the root is called")->required();
    command
        ->add_option("--permit", options.constraints.permitted,
                     "a name it is for, with all below it, or IP addresses: 192.0.2.0/24")
        ->required();
    add_exclude(*command, options.constraints);
    command->add_option("--algorithm", options.algorithm, "the key's algorithm")->capture_default_str();
    add_rehearse(*command, arguments);
    add_lifetime(*command, options.lifetime);
    add_ceremony(*command, arguments, options.ceremony);
    return command;
}

CLI::App* add_sign(CLI::App& app, Arguments& arguments) {
    SignOptions& options = arguments.sign;
    CLI::App* command =
        add_command(app, "sign", "sign an intermediate for an issuer box",
                    "halfday-root sign /media/stick/request.pem --out /media/stick/chain.pem\n  "
                    "halfday-root sign /media/stick/stage.pem --out /media/stick/windows.pem --windows 6");
    command->add_option("request", options.request, "the issuer's request")->required();
    command->add_option("--out", options.out, "the new file for the chain")->required();
    command->add_option("--permit", options.constraints.permitted,
                        "a name, or IP addresses, it is for (default: all of the root's)");
    add_exclude(*command, options.constraints);
    command->add_option("--purpose", options.purpose, "what its certificates may be for: server, or server+client")
        ->capture_default_str();
    command->add_option("--name", options.name, "what it is called (default: the root's name and the day)");
    command
        ->add_option("--windows", options.windows,
                     "how many, one for each key of `halfday init --stage`: consecutive windows of that lifetime")
        ->check(CLI::Range(1, kMostWindows));
    add_rehearse(*command, arguments);
    add_lifetime(*command, options.lifetime);
    add_confirm(*command, options.ceremony);
    add_ceremony(*command, arguments, options.ceremony);
    return command;
}

void add_next_passphrase(CLI::App& command, CeremonyOptions& options) {
    command.add_option("--next-passphrase-file", options.next_passphrase_file,
                       "in a rotation, read the next root's passphrase from this file's first line");
}

CLI::App* add_do(CLI::App& app, Arguments& arguments) {
    DoOptions& options = arguments.ordered;
    CLI::App* command = add_command(app, "do", "hold a ceremony as a reviewed file says (docs/ceremonies.md)",
                                    "halfday-root do /media/stick/ceremony.yaml --check");
    command->add_option("file", options.file, "the ceremony file")->required();
    command->add_flag("--check", arguments.check, "only check the file and show what it does, without the root's key");
    add_rehearse(*command, arguments);
    add_confirm(*command, options.ceremony);
    add_next_passphrase(*command, options.ceremony);
    add_ceremony(*command, arguments, options.ceremony);
    return command;
}

CLI::App* add_share(CLI::App& app, Arguments& arguments) {
    ShareOptions& options = arguments.share_options;
    CLI::App* command = add_command(app, "share", "share what opens the root's key among custodians",
                                    "halfday-root share --threshold 3 --of 5");
    command->add_option("--threshold", options.threshold, "how many custodians it takes")->required();
    command->add_option("--of", options.count, "how many there are")->required();
    command->add_flag_callback(
        "--qr", [&options] { options.shown_as = ShownAs::words_and_code; },
        "show each share as a QR code too, which is typed by a scanner at the prompt");
    add_rehearse(*command, arguments);
    add_ceremony(*command, arguments, options.ceremony);
    return command;
}

void add_crl_options(CLI::App& command, Arguments& arguments, CrlOptions& options) {
    command.add_option("--out", options.out, "the new file for the CRL")->required();
    command.add_option("--next-update", options.next_update, "when the next CRL is due; past that it is warned of")
        ->capture_default_str();
    command.add_option("--after", options.after,
                       "a CRL that went out and is not in this box's log, as after a restored backup: taken over");
    add_ceremony(command, arguments, options.ceremony);
}

CLI::App* add_revoke(CLI::App& app, Arguments& arguments) {
    CrlOptions& options = arguments.revoke;
    CLI::App* command =
        add_command(app, "revoke", "take intermediates back: a CRL for issuer and web servers; clients see none",
                    "halfday-root revoke /media/stick/chain.pem --reason keyCompromise --out /media/stick/crl.pem");
    command->add_option("certificate", options.revoked, "an intermediate's file, or its serial number in hex")
        ->required();
    command->add_option("--reason", options.reason, "keyCompromise, cACompromise, superseded, cessationOfOperation")
        ->capture_default_str();
    add_crl_options(*command, arguments, options);
    return command;
}

CLI::App* add_crl(CLI::App& app, Arguments& arguments) {
    CLI::App* command = add_command(app, "crl", "sign the CRL again: the same list, the next number",
                                    "halfday-root crl --out /media/stick/crl.pem --next-update 100d");
    add_crl_options(*command, arguments, arguments.crl);
    return command;
}

CLI::App* add_rotate(CLI::App& app, Arguments& arguments) {
    RotateOptions& options = arguments.rotate;
    CLI::App* command =
        add_command(app, "rotate", "make the next root, and have each of the two sign the other's key",
                    "halfday-root rotate 'Example Root 2036' --next /var/lib/halfday-root-2036 --out cross.pem");
    command->add_option("name", options.name, "what the next root is called; left out where --next has one");
    command->add_option("--next", options.next.state, "folder of the next root")->required();
    command->add_option("--out", options.out, "the new file for the two cross certificates")->required();
    command->add_option("--permit", options.constraints.permitted,
                        "what the next root is for (default: what this one is for)");
    add_exclude(*command, options.constraints);
    command->add_option("--algorithm", options.algorithm, "the next key's algorithm")->capture_default_str();
    command->add_option("--next-key", options.next_key, "where the next root's key is or is to be made, as in init");
    add_next_passphrase(*command, options.ceremony);
    add_lifetime(*command, options.lifetime);
    add_ceremony(*command, arguments, options.ceremony);
    return command;
}

CLI::App* add_inspect(CLI::App& app, Arguments& arguments) {
    CLI::App* command = add_command(app, "inspect", "show what is in a certificate, a chain, a CRL or a request",
                                    "halfday-root inspect /var/lib/halfday-root/root.pem");
    command->add_option("file", arguments.inspected, "a PEM file")->required();
    command->add_flag("--json", arguments.json, "as JSON");
    return command;
}

CLI::App* add_airgap(CLI::App& app, Arguments& arguments) {
    CLI::App* command = add_command(app, "airgap", "show every network that this box has; status 1 if there is any",
                                    "halfday-root airgap");
    command->add_flag("--json", arguments.json, "as JSON");
    return command;
}

CLI::App* add_qr(CLI::App& app, Arguments& arguments) {
    CLI::App* command =
        add_command(app, "qr", "show a file as QR codes, which 'halfday scan' reads from photographs of them",
                    "halfday-root qr chain.pem");
    command->add_option("file", arguments.inspected, "a chain, a CRL, an export of the log: any text up to 64 KiB")
        ->required();
    return command;
}

CLI::App* add_log(CLI::App& app, Arguments& arguments) {
    CLI::App* command = add_command(
        app, "log", "show all that the root's key has signed, the oldest first; or verify, export", "halfday-root log");
    command->require_subcommand(0, 1);
    command->add_flag("--json", arguments.json, "as JSON, with the certificates and CRLs");
    add_state(*command, arguments);
    return command;
}

CLI::App* add_log_verify(CLI::App& log, Arguments& arguments) {
    LogVerifyOptions& options = arguments.log_verify;
    CLI::App* command = add_command(log, "verify", "hold the records against their hashes and the root's signatures",
                                    "halfday-root log verify --against /media/stick/ceremony.log");
    command->add_option("log", options.log, "an export of the log (default: the log itself)");
    command->add_option("--root", options.root, "the root's certificate (default: the one in the folder)");
    command->add_option("--against", options.against, "an export: nothing of it may be missing or another");
    command->add_flag("--json", arguments.json, "as JSON");
    return command;
}

CLI::App* add_log_begin(CLI::App& log, Arguments& arguments) {
    CLI::App* command = add_command(log, "begin", "begin a new log where the old one is lost and no export is left",
                                    "halfday-root log begin");
    add_ceremony(*command, arguments, arguments.log_begin);
    return command;
}

CLI::App* add_log_export(CLI::App& log, Arguments& arguments) {
    CLI::App* command = add_command(log, "export", "copy the log, as log verify reads it",
                                    "halfday-root log export --out /media/stick/ceremony.log");
    command->add_option("--out", arguments.log_out, "the new file")->required();
    return command;
}

int run(int argc, char** argv) {
    CLI::App app(
        "Makes the root of a halfday CA, signs its intermediates and takes them back, on a box without a network.",
        kProgram);
    app.require_subcommand(1);
    lock_key_memory();
    app.set_version_flag("--version", HALFDAY_VERSION);
    Arguments arguments;
    int status = kUsage;
    // No subcommand ever needs a socket; so the rights go before anything is read.
    const auto on = [&status](CLI::App* command, std::function<int()> body) {
        command->callback([&status, body = std::move(body)] {
            deny_network();
            status = body();
        });
    };
    const auto hold = [&](CLI::App* command, auto& options, auto run_it) {
        on(command, [&arguments, &options, run_it] {
            arguments.share(options.ceremony);
            return run_it(options, system_now());
        });
    };
    hold(add_init(app, arguments), arguments.init, run_init);
    hold(add_sign(app, arguments), arguments.sign, run_sign);
    hold(add_do(app, arguments), arguments.ordered, run_do);
    hold(add_share(app, arguments), arguments.share_options, run_share);
    hold(add_revoke(app, arguments), arguments.revoke, run_crl);
    hold(add_crl(app, arguments), arguments.crl, run_crl);
    hold(add_rotate(app, arguments), arguments.rotate, run_rotate);
    on(add_inspect(app, arguments), [&] { return run_inspect(arguments.inspected, arguments.form()); });
    on(add_qr(app, arguments), [&] { return run_qr(arguments.inspected); });
    on(add_airgap(app, arguments), [&] { return run_airgap(arguments.form()); });
    CLI::App* log = add_log(app, arguments);
    on(log, [&, log] {  // after that of its subcommand
        return log->get_subcommands().empty() ? run_log(arguments.folder, arguments.form()) : status;
    });
    on(add_log_verify(*log, arguments), [&] {
        arguments.log_verify.folder = arguments.folder;
        return run_log_verify(arguments.log_verify, arguments.form());
    });
    on(add_log_begin(*log, arguments), [&] {
        arguments.share(arguments.log_begin);
        return run_log_begin(arguments.log_begin, system_now());
    });
    on(add_log_export(*log, arguments), [&] { return run_log_export(arguments.folder, arguments.log_out); });
    return parse_and_run(app, argc, argv, status);
}

}  // namespace
}  // namespace halfday

int main(int argc, char** argv) {
    return halfday::run_program(halfday::kProgram, [&] { return halfday::run(argc, argv); });
}
