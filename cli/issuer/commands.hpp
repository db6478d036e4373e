#pragma once

#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/places.hpp"
#include "ca/issuer/enrolment.hpp"
#include "ca/issuer/mint.hpp"
#include "ca/issuer/unsealing.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

inline constexpr const char* kProgram = "halfday-issuer";

/// Facts as lines for people, or as one JSON document.
enum class Form { text, json };
enum class Depth { act, dry_run };

/// What every subcommand has.
struct IssuerOptions {
    Places places;
    Path passphrase_file;
    int passphrase_fd = -1;
    Form form = Form::text;
};

struct InitOptions {
    std::string name = "halfday-issuer";
    std::string algorithm;
    KeyTurn turn = KeyTurn::current;
    int stage = 0;  // of how many windows; 0: one key
    std::vector<Path> window_passphrase_files;
};

struct UnsealOptions {
    std::vector<Path> window_passphrase_files;
    UnsealRule rule = UnsealRule::in_time;
    bool check = false;  // whose turn it is, and whether it is time
};

struct IssueOptions {
    Depth depth = Depth::act;
    std::vector<std::string> hosts;
    ClockRule clock = ClockRule::stop;
    Renewal renewal = Renewal::when_due;
    bool resume_rollout = false;
};

/// Which rows are searched: those in the ledger's file, or those in archives as well.
enum class Searched { live, archived };

struct LedgerListOptions {
    std::string host;
    std::string name;
    std::string serial;
    std::string since;
    std::string until;
    int limit = 50;
    Searched searched = Searched::live;
};

/// Where the issuer key's passphrase comes from: the file; the descriptor, which is read to its end and closed now;
/// else the systemd credential "issuer-passphrase" of this unit, else nowhere (a key in the clear).
[[nodiscard]] PassphraseSource passphrase_source(const IssuerOptions& options);

// One function a subcommand; each returns the exit status, or throws Error.
int run_init(const IssuerOptions& options, const InitOptions& init, Time now);
int run_unseal(const IssuerOptions& options, const UnsealOptions& unseal, Time now);
int run_accept(const IssuerOptions& options, const Path& file, Time now);
int run_issue(const IssuerOptions& options, const IssueOptions& issue, Time now);
int run_check(const IssuerOptions& options, Time now);
int run_ledger_list(const IssuerOptions& options, const LedgerListOptions& list, Time now);
int run_ledger_show(const IssuerOptions& options, const std::string& serial, Searched searched);
int run_ledger_export(const IssuerOptions& options, const Path& out, Time now);
int run_ledger_verify(const IssuerOptions& options);
int run_ledger_archive(const IssuerOptions& options, const std::string& before, Depth depth, Time now);
int run_backup(const IssuerOptions& options, Time now);
int run_restore(const IssuerOptions& options, Time now);
int run_policy_explain(const IssuerOptions& options, const std::string& name, Time now);

}  // namespace halfday
