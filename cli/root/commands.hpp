#pragma once

#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/file.hpp"
#include "ca/root/airgap.hpp"
#include "ca/root/root_folder.hpp"

namespace halfday {

/// Facts as lines for people, or as one JSON document.
enum class Form { text, json };

/// What init and sign have in common.
struct CeremonyOptions {
    RootFolder folder;
    NetworkPolicy network = NetworkPolicy::refuse;
    Path passphrase_file;
    std::vector<std::string> permitted;
    std::string lifetime;
};

struct InitOptions {
    CeremonyOptions ceremony;
    std::string name;
    std::string algorithm = "P-384";
};

struct SignOptions {
    CeremonyOptions ceremony;
    Path request;
    Path out;
    std::string name;
    std::string purpose = "server";
    std::string confirm;
};

struct LogVerifyOptions {
    RootFolder folder;
    Path log;      // "": the folder's
    Path root;     // "": the folder's
    Path against;  // "": none
};

// One function a subcommand; each returns the exit status, or throws Error.
int run_init(const InitOptions& options, Time now);
int run_sign(const SignOptions& options, Time now);
int run_inspect(const Path& file, Form form);
int run_airgap(Form form);
int run_log(const RootFolder& folder, Form form);
int run_log_verify(const LogVerifyOptions& options, Form form);
int run_log_export(const RootFolder& folder, const Path& out);

}  // namespace halfday
