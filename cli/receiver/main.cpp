#include "cli/common/app.hpp"
#include "cli/receiver/commands.hpp"
#include "distribute/receive/server_kind.hpp"

namespace halfday {
namespace {

/// Everything the arguments fill in.
struct Arguments {
    ReceiverPlaces places;
    InitOptions init;
    RollbackOptions rollback;
    UninstallOptions uninstall;
    std::string entry;
    bool json = false;

    [[nodiscard]] Form form() const { return json ? Form::json : Form::text; }
};

CLI::App* add_init(CLI::App& app, InitOptions& options) {
    CLI::App* command = add_command(app, "init", "make this host a receiver, and print what the issuer box has to know",
                                    "halfday-receiver init web1.example.org --root root.pem --name www.example.org "
                                    "--distributor-key id_ed25519.pub");
    command->add_option("host", options.host, "this host's name in the inventory")->required();
    command->add_option("--root", options.root, "the root's certificate, to be pinned; - for standard input");
    command->add_option("--name", options.names, "a DNS name or IP address that this host may serve");
    command->add_option("--entry", options.entry, "what to call the certificate")->capture_default_str();
    command->add_option("--server", options.server, "the web server: " + server_kind_names())->capture_default_str();
    command->add_option("--install", options.install, "for --server command: the program that takes new files");
    command->add_option("--probe", options.probe,
                        "ADDRESS:PORT where the web server serves it (default: 127.0.0.1:443)");
    command->add_option("--runtime-socket", options.runtime_socket, "for haproxy: its stats socket, to need no reload");
    command->add_option("--master-socket", options.master_socket, "for haproxy: its master's socket, to reload by it");
    command->add_option("--mode", options.mode, "mode of the key's files, as in 0640 (default: 0600)");
    command->add_option("--group", options.group, "group that may read the key's files");
    command->add_option("--distributor-key", options.distributor_key, "the distributor's public SSH key, or its file");
    command->add_option("--from", options.from,
                        "where that key is taken from: addresses or ranges, as in 192.0.2.7,2001:db8::/64");
    command->add_option("--user", options.user, "the user that the receiver runs as")->capture_default_str();
    command->add_option("--reach", options.reach, "how the distributor reaches it (default: ssh://USER@HOST:22)");
    command->add_flag_callback(
        "--in-place", [&options] { options.texts = InitOptions::Texts::in_place; },
        "make the user, and put authorized_keys and sudoers in place, in place of printing them: as root");
    return command;
}

CLI::App* add_rollback(CLI::App& app, RollbackOptions& options) {
    CLI::App* command = add_command(app, "rollback", "go back to the certificate before, and prove it by a handshake",
                                    "halfday-receiver rollback www --dry-run");
    command->add_option("entry", options.entry, "the certificate's name on this host")->required();
    command->add_flag("--dry-run", options.is_dry, "say what would be done, and do nothing");
    return command;
}

int run(int argc, char** argv) {
    CLI::App app("Makes a web server's keys, and installs the certificates that are pushed to it.", kReceiverProgram);
    app.require_subcommand(1);
    app.set_version_flag("--version", HALFDAY_VERSION);
    Arguments arguments;
    app.add_option("--etc", arguments.places.etc, "folder of the configuration, which is root's")
        ->capture_default_str();
    app.add_option("--state", arguments.places.state, "folder of the receiver's state")->capture_default_str();
    app.add_flag("--json", arguments.json, "print facts as JSON");
    int status = kUsage;
    add_init(app, arguments.init)->callback([&] {
        arguments.init.places = arguments.places;
        arguments.init.form = arguments.form();
        status = run_init(arguments.init);
    });
    CLI::App* uninstall =
        add_command(app, "uninstall", "the reverse of init --in-place; what is live stays, as the web server needs it",
                    "sudo halfday-receiver uninstall");
    uninstall->add_option("--user", arguments.uninstall.user, "the user that the receiver runs as")
        ->capture_default_str();
    uninstall->callback([&] {
        arguments.uninstall.places = arguments.places;
        arguments.uninstall.form = arguments.form();
        status = run_uninstall(arguments.uninstall);
    });
    add_command(app, "serve", "take one delivery on stdin and answer on stdout: sshd's forced command",
                "echo '{\"protocol\":1,\"chains\":[]}' | halfday-receiver serve")
        ->callback([&] { status = run_serve(arguments.places, system_now()); });
    add_rollback(app, arguments.rollback)->callback([&] {
        arguments.rollback.form = arguments.form();
        status = run_rollback(arguments.places, arguments.rollback, system_now());
    });
    CLI::App* new_key =
        add_command(app, "new-key", "make another key for the next certificate, and drop the one that waits",
                    "sudo halfday-receiver new-key www");
    new_key->add_option("entry", arguments.entry, "the certificate's name on this host")->required();
    new_key->callback([&] { status = run_new_key(arguments.places, arguments.entry, arguments.form(), system_now()); });
    add_command(app, "status", "show what is live here and what became of the newest deliveries",
                "halfday-receiver status --json")
        ->callback([&] { status = run_status(arguments.places, arguments.form(), system_now()); });
    add_command(app, "check",
                "look whether deliveries will work: configuration, owners, the web server; status 1 if not",
                "halfday-receiver check")
        ->callback([&] { status = run_check(arguments.places, arguments.form(), system_now()); });
    return parse_and_run(app, argc, argv, status);
}

}  // namespace
}  // namespace halfday

int main(int argc, char** argv) {
    return halfday::run_program(halfday::kReceiverProgram, [&] { return halfday::run(argc, argv); });
}
