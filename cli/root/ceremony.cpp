#include "cli/root/ceremony.hpp"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "ca/base/error.hpp"
#include "ca/root/ceremony_log.hpp"
#include "ca/root/log_check.hpp"
#include "ca/x509/digest.hpp"
#include "cli/common/terminal.hpp"

namespace halfday {
namespace {

constexpr std::uint8_t kRootInstance = 1;

/// Another user of this box who may write there could put another log, or another root, in their place.
void require_own(const Path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return;  // whoever needs it tells
    }
    if ((status.st_mode & 022U) != 0) {
        throw Error(ErrorKind::usage, fmt::format("'{}' can be written by other users of this box", path.string()),
                    fmt::format("look at the log (halfday-root log), then: chmod go-w '{}'", path.string()));
    }
}

}  // namespace

void refuse(const std::string& what, const Refusal& refusal, const std::string& hint) {
    throw Error(ErrorKind::io, what + ": " + refusal.text(), hint);  // any kind but usage: refused is 1
}

void NetworkGuard::look() {
    for (std::string& finding : find_network("/sys", "/proc")) {
        if (std::find(findings_.begin(), findings_.end(), finding) == findings_.end()) {
            findings_.push_back(std::move(finding));
        }
    }
}

void NetworkGuard::look_before() {
    const bool quiet = findings_.empty();
    look();
    if (const Verdict verdict = judge_network(findings_, policy_)) {
        refuse("this box has a network", *verdict, "unplug it, or pass --allow-network (the ceremony log will say so)");
    }
    if (quiet && !findings_.empty()) {
        print_warning(kProgram, "this box has a network: " + Refusal{findings_}.text(),
                      "it goes on because of --allow-network, and the ceremony log says so");
    }
}

Verdict NetworkGuard::look_after() {
    look();
    return judge_network(findings_, policy_);
}

void record_signed(const RootFolder& folder, CeremonyRecord record, const PrivateKey& key, NetworkGuard& guard,
                   const std::string& withheld, const std::string& hint) {
    const Verdict verdict = guard.look_after();
    record.network = guard.findings();
    record.release = verdict ? Release::withheld : Release::released;
    append_record(folder.log(), record, key);
    if (verdict) {
        refuse(withheld, *verdict, hint);
    }
}

Certificate read_root(const RootFolder& folder) {
    const auto pem = read_file_if_there(folder.certificate(), Certificate::kMostBytes);
    if (!pem) {
        throw Error(ErrorKind::not_found, "there is no root in '" + folder.state.string() + "'",
                    "make one with 'halfday-root init', or name its folder with --state");
    }
    return Certificate::parse_pem(*pem);
}

void require_whole_log(const RootFolder& folder, const Certificate& root) {
    for (const Path& path : {folder.state, folder.log(), folder.certificate(), folder.key()}) {
        require_own(path);
    }
    const auto records = read_log(folder.log());
    if (records.empty()) {
        throw Error(ErrorKind::not_found, "the ceremony log '" + folder.log().string() + "' is gone",
                    "bring it back from its newest export; with none left, halfday-root log begin");
    }
    if (const LogCheck check = check_log(records, {root}); !check.faults.empty()) {
        refuse("the ceremony log does not hold", Refusal{check.faults}, kLogHint);
    }
}

void require_free(const Path& out) {
    const Path folder = std::filesystem::absolute(out).parent_path();
    if (::access(folder.c_str(), W_OK) != 0) {
        throw_errno("cannot write into '" + folder.string() + "'", errno, "name a folder that is there with --out");
    }
    if (std::filesystem::exists(std::filesystem::symlink_status(out))) {
        throw Error(ErrorKind::io, "'" + out.string() + "' exists already", "name a new file with --out");
    }
}

NameConstraints parse_constraints(const ConstraintOptions& options) {
    NameConstraints constraints;
    for (const std::string& text : options.permitted) {
        permit(constraints, text);
    }
    for (const std::string& text : options.excluded) {
        exclude(constraints, text);
    }
    return constraints;
}

Serial fresh_serial() { return Serial::make(kRootInstance, random_bytes(15)); }

}  // namespace halfday
