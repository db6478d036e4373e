#pragma once

// Includes CLI11, which is slow to compile: for main.cpp alone. What uses the root's key.

#include "cli/root/arguments.hpp"

namespace halfday {

inline CLI::App* add_init(CLI::App& app, Arguments& arguments) {
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

inline CLI::App* add_sign(CLI::App& app, Arguments& arguments) {
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

inline CLI::App* add_do(CLI::App& app, Arguments& arguments) {
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

inline CLI::App* add_share(CLI::App& app, Arguments& arguments) {
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

inline void add_crl_options(CLI::App& command, Arguments& arguments, CrlOptions& options) {
    command.add_option("--out", options.out, "the new file for the CRL")->required();
    command.add_option("--next-update", options.next_update, "when the next CRL is due; past that it is warned of")
        ->capture_default_str();
    command.add_option("--after", options.after,
                       "a CRL that went out and is not in this box's log, as after a restored backup: taken over");
    add_ceremony(command, arguments, options.ceremony);
}

inline CLI::App* add_revoke(CLI::App& app, Arguments& arguments) {
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

inline CLI::App* add_crl(CLI::App& app, Arguments& arguments) {
    CLI::App* command = add_command(app, "crl", "sign the CRL again: the same list, the next number",
                                    "halfday-root crl --out /media/stick/crl.pem --next-update 100d");
    add_crl_options(*command, arguments, arguments.crl);
    return command;
}

inline CLI::App* add_rotate(CLI::App& app, Arguments& arguments) {
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

}  // namespace halfday
