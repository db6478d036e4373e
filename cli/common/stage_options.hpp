#pragma once

// Includes CLI11, which is slow to compile: for the main.cpp of the programs of the issuer box alone.

#include <vector>

#include "ca/x509/csr.hpp"
#include "cli/common/app.hpp"

namespace halfday {

inline CLI::Option* add_window_passphrases(CLI::App& command, std::vector<Path>& files, const char* description) {
    return command.add_option("--window-passphrase-file", files, description);
}

inline void add_stage(CLI::App& command, int& stage, std::vector<Path>& files) {
    CLI::Option* windows =
        command
            .add_option("--stage", stage,
                        "keys and one request for so many consecutive windows; those after the first are sealed")
            ->check(CLI::Range(2, static_cast<int>(Csr::kMostTogether)))
            ->excludes("--next");
    add_window_passphrases(command, files,
                           "a sealed key's passphrase is this file's first line; once for each, in the order of the "
                           "windows (default: ask)")
        ->needs(windows);
}

inline void add_unseal_options(CLI::App& command, std::vector<Path>& files, bool& early) {
    add_window_passphrases(command, files, "the window's passphrase is this file's first line (default: ask)");
    command.add_flag("--early", early, "although its window opens in more than 7 days: a stolen box is worth it too");
}

}  // namespace halfday
