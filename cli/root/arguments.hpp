#pragma once

// Includes CLI11, which is slow to compile: for main.cpp alone.

#include <string>

#include "ca/root/windows.hpp"
#include "cli/common/app.hpp"
#include "cli/root/ceremony.hpp"
#include "cli/root/commands.hpp"

namespace halfday {

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

inline void add_state(CLI::App& command, Arguments& arguments) {
    command.add_option("--state", arguments.folder.state, "folder of the root")->capture_default_str();
}

inline void add_lifetime(CLI::App& command, std::string& lifetime) {
    command.add_option("--lifetime", lifetime, "how long it is valid, as in 35d")->capture_default_str();
}

inline void add_confirm(CLI::App& command, CeremonyOptions& options) {
    command.add_option("--confirm", options.confirm, "the fingerprint on the issuer's screen (default: ask)");
}

inline void add_ceremony(CLI::App& command, Arguments& arguments, CeremonyOptions& options) {
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

inline void add_rehearse(CLI::App& command, Arguments& arguments) {
    command.add_flag("--rehearse", arguments.rehearse,
                     "the same with a throw-away root in memory; nothing is left of it but an event in the log");
}

inline void add_exclude(CLI::App& command, ConstraintOptions& options) {
    command.add_option("--exclude", options.excluded,
                       "a name with all below it, or IP addresses, that it is not for, of what is permitted");
}

inline void add_next_passphrase(CLI::App& command, CeremonyOptions& options) {
    command.add_option("--next-passphrase-file", options.next_passphrase_file,
                       "in a rotation, read the next root's passphrase from this file's first line");
}

}  // namespace halfday
