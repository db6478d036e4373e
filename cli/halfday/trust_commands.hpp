#pragma once

// Includes CLI11, which is slow to compile: for main.cpp alone.

#include "cli/common/app.hpp"
#include "cli/halfday/trust.hpp"

namespace halfday {

inline void add_trust_options(CLI::App& command, TrustOptions& options) {
    command.add_option("ROOT", options.root_file, "the root's PEM file")->required();
    command.add_option("--store", options.stores, "system, nss or java; may be given again (default: all)")
        ->check(CLI::IsMember({"system", "nss", "java"}));
    command.add_option("--root", options.image, "a container image's folder: the system and Java stores in it")
        ->check(CLI::ExistingDirectory);
}

/// `halfday trust`: each command sets `status`.
inline void add_trust_commands(CLI::App& app, TrustOptions& options, int& status) {
    const std::string example = "sudo halfday trust install root.pem";
    CLI::App* trust =
        add_command(app, "trust", "whether this machine's clients trust a root: install, list, remove",
                    example + "\n  halfday trust install --store nss root.pem     your browsers alone, without sudo");
    trust->require_subcommand(1);
    CLI::App* install = add_command(*trust, "install", "have system, browsers and Java trust a root", example);
    add_trust_options(*install, options);
    install->add_option("--confirm", options.confirm, "refuse a root that has not this fingerprint");
    install->add_flag("--unconstrained", options.unconstrained,
                      "take a root without name constraints, which can speak for any name");
    install->add_flag("--dry-run", options.dry_run, "show the commands, and do nothing");
    install->callback([&options, &status] { status = install_trust(options, system_now()); });
    CLI::App* list = add_command(*trust, "list", "where a root is trusted", "halfday trust list root.pem");
    add_trust_options(*list, options);
    list->callback([&options, &status] { status = list_trust(options); });
    CLI::App* remove = add_command(*trust, "remove", "take a root out of every store, whoever put it there",
                                   "sudo halfday trust remove root.pem");
    add_trust_options(*remove, options);
    remove->add_flag("--dry-run", options.dry_run, "show the commands, and do nothing");
    remove->callback([&options, &status] { status = remove_trust(options); });
}

}  // namespace halfday
