#pragma once

// Includes CLI11, which is slow to compile: for main.cpp alone. The passphrases are asked for here, by root's program:
// the issuer's own never gets this terminal.

#include <string>
#include <utility>

#include "cli/common/secret_lines.hpp"
#include "cli/common/stage_options.hpp"
#include "cli/halfday/issuer_program.hpp"
#include "cli/halfday/options.hpp"
#include "cli/halfday/service.hpp"
#include "cli/halfday/setup.hpp"

namespace halfday {

inline constexpr const char* kWindowPassphrases = "--window-passphrase-file";

inline int set_up_stage(const Options& options, ServiceArguments arguments) {
    require_root("init");
    const auto passphrases =
        read_window_passphrases(options.window_passphrases, questions_of_stage(options.stage), PassphraseAge::fresh);
    arguments.option("--stage", std::to_string(options.stage)).option(kWindowPassphrases, "-");
    return set_up_issuer_box(options.places, options.passphrase_file, arguments.all(), pipe_of(passphrases));
}

inline void add_unseal(CLI::App& app, Options& options) {
    CLI::App* unseal =
        add_command(app, "unseal", "open the key of the next window, so that runs sign with it", "sudo halfday unseal");
    add_unseal_options(*unseal, options.window_passphrases, options.early);
    add_passphrase_file(*unseal, options);
    unseal->callback([&options] {
        const IssuerProgram issuer(options.places, options.passphrase_file);
        ServiceArguments arguments({"unseal"});
        arguments.flag("--early", options.early);
        options.status = issuer.run(ServiceArguments(arguments).flag("--check", true).all());
        if (options.status != kDone) {
            return;  // and nobody has opened an envelope
        }
        const auto passphrases =
            read_window_passphrases(options.window_passphrases, {kUnsealQuestion}, PassphraseAge::existing);
        arguments.option(kWindowPassphrases, "-");
        options.status = issuer.run(arguments.all(), pipe_of(passphrases));
    });
}

}  // namespace halfday
