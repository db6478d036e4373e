#pragma once

// Includes CLI11, which is slow to compile: for main.cpp alone. What shows files, the log and this box.

#include "cli/root/arguments.hpp"

namespace halfday {

inline CLI::App* add_inspect(CLI::App& app, Arguments& arguments) {
    CLI::App* command = add_command(app, "inspect", "show what is in a certificate, a chain, a CRL or a request",
                                    "halfday-root inspect /var/lib/halfday-root/root.pem");
    command->add_option("file", arguments.inspected, "a PEM file")->required();
    command->add_flag("--json", arguments.json, "as JSON");
    return command;
}

inline CLI::App* add_airgap(CLI::App& app, Arguments& arguments) {
    CLI::App* command = add_command(app, "airgap", "show every network that this box has; status 1 if there is any",
                                    "halfday-root airgap");
    command->add_flag("--json", arguments.json, "as JSON");
    return command;
}

inline CLI::App* add_qr(CLI::App& app, Arguments& arguments) {
    CLI::App* command =
        add_command(app, "qr", "show a file as QR codes, which 'halfday scan' reads from photographs of them",
                    "halfday-root qr chain.pem");
    command->add_option("file", arguments.inspected, "a chain, a CRL, an export of the log: any text up to 64 KiB")
        ->required();
    return command;
}

inline CLI::App* add_log(CLI::App& app, Arguments& arguments) {
    CLI::App* command = add_command(
        app, "log", "show all that the root's key has signed, the oldest first; or verify, export", "halfday-root log");
    command->require_subcommand(0, 1);
    command->add_flag("--json", arguments.json, "as JSON, with the certificates and CRLs");
    add_state(*command, arguments);
    return command;
}

inline CLI::App* add_log_verify(CLI::App& log, Arguments& arguments) {
    LogVerifyOptions& options = arguments.log_verify;
    CLI::App* command = add_command(log, "verify", "hold the records against their hashes and the root's signatures",
                                    "halfday-root log verify --against /media/stick/ceremony.log");
    command->add_option("log", options.log, "an export of the log (default: the log itself)");
    command->add_option("--root", options.root, "the root's certificate (default: the one in the folder)");
    command->add_option("--against", options.against, "an export: nothing of it may be missing or another");
    command->add_flag("--json", arguments.json, "as JSON");
    return command;
}

inline CLI::App* add_log_begin(CLI::App& log, Arguments& arguments) {
    CLI::App* command = add_command(log, "begin", "begin a new log where the old one is lost and no export is left",
                                    "halfday-root log begin");
    add_ceremony(*command, arguments, arguments.log_begin);
    return command;
}

inline CLI::App* add_log_export(CLI::App& log, Arguments& arguments) {
    CLI::App* command = add_command(log, "export", "copy the log, as log verify reads it",
                                    "halfday-root log export --out /media/stick/ceremony.log");
    command->add_option("--out", arguments.log_out, "the new file")->required();
    return command;
}

}  // namespace halfday
