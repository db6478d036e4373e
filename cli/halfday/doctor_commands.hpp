#pragma once

// Includes CLI11, which is slow to compile: for main.cpp alone.

#include "ca/base/clock.hpp"
#include "cli/halfday/options.hpp"

namespace halfday {

inline void add_doctor(CLI::App& app, Options& options) {
    CLI::App* doctor =
        add_command(app, "doctor", "what is wrong with this box and the fleet, why it matters, and what to run",
                    "sudo halfday doctor");
    doctor->add_flag("--json", options.doctor.json, "facts as JSON");
    doctor->add_flag("--resolve", options.doctor.resolve, "look each host's name up, too: over the network");
    add_passphrase_file(*doctor, options);
    doctor->callback([&options] {
        options.doctor.passphrase_file = options.passphrase_file;
        options.status = run_doctor(options.places, options.doctor, system_now());
    });
}

}  // namespace halfday
