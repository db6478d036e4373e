// halfday-root log begin: the way on where the ceremony log is gone or does not hold, and no export is left. The root's
// key signs what happened to the old one.

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/root/ceremony.hpp"
#include "ca/root/ceremony_log.hpp"
#include "ca/root/log_check.hpp"
#include "ca/x509/digest.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/root/ceremony.hpp"
#include "cli/root/root_key.hpp"

namespace halfday {
namespace {

/// What is wrong with the log, "" when it is whole.
std::string fault_of(const Path& log, const Certificate& root) {
    try {
        const auto records = read_log(log);
        return records.empty() ? "it is gone" : Refusal{check_log(records, {root}).faults}.text();
    } catch (const Error& error) {
        return error.what();
    }
}

/// Where the old log is kept: beside it, named after the time.
Path aside_of(const Path& log, Time now) {
    std::string time = format_time(now);
    std::erase(time, ':');
    return log.string() + ".until-" + time;
}

/// What the record says. A log that is there was copied aside.
std::string put_aside(const Path& log, const std::string& fault, Time now) {
    const auto content = read_file_if_there(log, kMostLogBytes);
    if (!content) {
        return "a new log: the one before was gone";
    }
    const Path aside = aside_of(log, now);
    write_new(aside, *content, Access{0600});
    return fmt::format("a new log; the one before is '{}' with SHA-256 {}: {}", aside.filename().string(),
                       sha256_hex(*content), fault);
}

}  // namespace

int run_log_begin(const CeremonyOptions& options, Time now) {
    const Path log = options.folder.log();
    NetworkGuard guard(options.network);
    guard.look_before();
    const Certificate root = read_root(options.folder);
    const FileLock lock = FileLock::acquire(options.folder.lock(), kProgram, 0);
    const std::string fault = fault_of(log, root);
    if (fault.empty()) {
        throw Error(ErrorKind::usage, fmt::format("the ceremony log '{}' is whole", log.string()),
                    "go on with it; there is nothing to begin");
    }
    fmt::print("a new ceremony log is to be begun\n{}", format_facts({{"log", log.string()}, {"the old one", fault}}));
    static_cast<void>(std::fflush(stdout));  // before anything is asked
    print_warning(kProgram, "what was signed before is not in it, and can't be revoked by it",
                  "look for an export first: on the stick, on the issuer box, in the safe");
    guard.look_before();
    const PrivateKey key = open_root_key(options);
    require_roots_key(key, root);
    if (const Verdict verdict = guard.look_after()) {
        refuse("a network came up while the root's key was open, so no log was begun", *verdict,
               "unplug it and run the same again");
    }
    begin_log(log,
              {.at = now, .command = kBeginCommand, .note = put_aside(log, fault, now), .network = guard.findings()},
              key);
    fmt::print("begun\n{}", format_facts({{"log", log.string()}}));
    return kDone;
}

}  // namespace halfday
