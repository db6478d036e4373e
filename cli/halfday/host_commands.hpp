#pragma once

// Includes CLI11, which is slow to compile: for main.cpp alone.

#include <fmt/core.h>

#include "cli/halfday/hosts.hpp"
#include "cli/halfday/options.hpp"

namespace halfday {

inline void add_install_options(CLI::App& add, Options& options) {
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

inline void add_host_add(CLI::App& host, Options& options) {
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

inline void add_host_rekey(CLI::App& host, Options& options) {
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

inline void add_host_commands(CLI::App& app, Options& options) {
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
    show->add_option("HOST", options.host.host, "a host of the inventory")->required();
    show->callback([&options] { fmt::print("{}", show_host(options.places, HostName::parse(options.host.host))); });
    add_host_rekey(*host, options);
    CLI::App* remove = add_command(*host, "remove", "take a host out of the inventory and known_hosts",
                                   "sudo halfday host remove web1.example.org");
    remove->add_option("HOST", options.host.host, "a host of the inventory")->required();
    remove->add_flag("--uninstall", options.uninstall, "remove the receiver from the host before, over your own ssh");
    remove->add_option("--via", options.host.via, "with --uninstall: your ssh's destination; HOST otherwise");
    add_dry_run(*remove, options);
    remove->callback([&options] {
        remove_host(options.places, HostName::parse(options.host.host), options.uninstall ? via_of(options.host) : "",
                    options.mode());
    });
}

}  // namespace halfday
