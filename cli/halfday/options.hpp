#pragma once

// Includes CLI11, which is slow to compile: for main.cpp alone.

#include <string>
#include <utility>
#include <vector>

#include "cli/common/app.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/halfday/doctor.hpp"
#include "cli/halfday/host_options.hpp"
#include "cli/halfday/status.hpp"
#include "cli/halfday/trust.hpp"

namespace halfday {

/// Everything that the command line can hold.
struct Options {
    Places places;
    std::string chain;
    std::string algorithm;
    std::vector<std::string> only_hosts;
    std::string only;
    bool ask = false;
    bool dry_run = false;
    bool next = false;
    int stage = 0;  // 0: one key
    bool early = false;
    std::vector<Path> window_passphrases;
    Path passphrase_file;  // of the issuer's key
    bool accept_clock = false;
    bool resume = false;
    DoctorOptions doctor;
    bool quiet = false;
    bool trial = false;
    bool json = false;
    StatusOptions view;
    HostOptions host;
    bool uninstall = false;
    std::string target;
    Path exported;
    Path heads;
    Path backup;
    TrustOptions trust;
    std::vector<Path> photographs;
    Path scanned;
    int status = kDone;

    [[nodiscard]] Mode mode() const { return dry_run ? Mode::dry_run : Mode::real; }
};

inline void add_json(CLI::App& command, Options& options) { command.add_flag("--json", options.json, "facts as JSON"); }

inline void add_passphrase_file(CLI::App& command, Options& options) {
    command.add_option(
        "--passphrase-file", options.passphrase_file,
        "the passphrase, or PIN, of the issuer's key is this file's first line (default: of the file that "
        "halfday-issuer.service loads as a credential, or ask)");
}

/// A service's command line: what was given here is given there.
class ServiceArguments {
   public:
    explicit ServiceArguments(std::vector<std::string> first = {}) : all_(std::move(first)) {}

    ServiceArguments& flag(const char* name, bool given) {
        if (given) {
            all_.emplace_back(name);
        }
        return *this;
    }
    ServiceArguments& option(const char* name, const std::string& value) {
        if (!value.empty()) {
            all_.insert(all_.end(), {name, value});
        }
        return *this;
    }
    ServiceArguments& hosts(const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            all_.push_back(HostName::parse(name).text());
        }
        return *this;
    }
    [[nodiscard]] const std::vector<std::string>& all() const { return all_; }

   private:
    std::vector<std::string> all_;
};

inline CLI::Option* add_dry_run(CLI::App& command, Options& options) {
    return command.add_flag("--dry-run", options.dry_run, "say what would be done, and do nothing");
}

}  // namespace halfday
