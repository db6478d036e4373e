#include "cli/halfday/trust.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/inspect.hpp"
#include "cli/common/terminal.hpp"
#include "cli/halfday/operator.hpp"
#include "distribute/trust/change.hpp"
#include "distribute/trust/root_check.hpp"

namespace halfday {
namespace {

/// How many stores an order was carried out in, and how many not.
struct Tally {
    int done = 0;
    int failed = 0;

    [[nodiscard]] int status() const {
        if (failed == 0) return kDone;
        return done > 0 ? kSomeHosts : kFailed;
    }
};

struct Kind {
    const char* name;
    TrustStores (*find)(const Machine&);
    const char* missing;  // what to say of a person who asked for it
    bool in_images;
};

constexpr std::array<Kind, 3> kKinds{{
    {"system", find_system_store,
     "there is none of Debian's, Fedora's, Arch's or Alpine's; is the package ca-certificates installed?", true},
    {"nss", find_nss_databases, "Firefox and Chromium have none here yet; start the browser once", false},
    {"java", find_java_keystores, "there is no Java below /usr/lib/jvm, and none in JAVA_HOME", true},
}};

Machine machine_of(const TrustOptions& options) {
    Machine machine;
    machine.root = std::filesystem::canonical(options.image);
    if (machine.root != "/") return machine;
    machine.user = who_called_sudo();
    machine.home = machine.user ? machine.user->home : environment("HOME");
    machine.java_home = environment("JAVA_HOME");
    return machine;
}

bool is_wanted(const TrustOptions& options, const Kind& kind) {
    if (options.stores.empty()) return kind.in_images || options.image == "/";
    return std::find(options.stores.begin(), options.stores.end(), kind.name) != options.stores.end();
}

/// The stores of each kind that is wanted. Of a kind that there is none of this is told: a missing system store
/// always, another where it was asked for.
TrustStores find_stores(const TrustOptions& options, const Machine& machine, Tally& tally) {
    TrustStores stores;
    for (const Kind& kind : kKinds) {
        if (!is_wanted(options, kind)) continue;
        TrustStores found = kind.find(machine);
        if (found.empty() && (!options.stores.empty() || kind.find == find_system_store)) {
            print_error("halfday", fmt::format("no {} store was found", kind.name), kind.missing);
            ++tally.failed;
        }
        std::move(found.begin(), found.end(), std::back_inserter(stores));
    }
    return stores;
}

Certificate read_root(const TrustOptions& options) {
    const std::string pem = read_file(options.root_file, Certificate::kMostBytes * 2);
    try {
        return Certificate::parse_pem(pem);
    } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("'{}': {}", printable(options.root_file.string()), error.what()));
    }
}

Fact permitted_fact(const Certificate& root) {
    try {
        const auto constraints = root.name_constraints();
        return {"permitted", constraints ? constraints->text() : "any name"};
    } catch (const Error& error) {
        return {"permitted", fmt::format("({})", error.what())};
    }
}

std::string fingerprint_of(const Certificate& root) {
    try {
        return root.fingerprint().text();
    } catch (const Error& error) {
        return fmt::format("({})", error.what());
    }
}

void show_root(const Certificate& root) {
    fmt::print("{}", format_facts({{"root", root.subject()},
                                   permitted_fact(root),
                                   {"ends", format_time(root.not_after())},
                                   {"SHA-256", root.sha256()},
                                   {"fingerprint", fingerprint_of(root)}}));
    static_cast<void>(std::fflush(stdout));
}

/// The same command for one kind of store, as root would type it.
std::string again(const TrustOptions& options, const char* verb, std::string_view kind) {
    return fmt::format("halfday trust {} --store {}{}{} {}", verb, kind,
                       options.unconstrained ? " --unconstrained" : "",
                       options.image == "/" ? "" : " --root " + options.image.string(), options.root_file.string());
}

std::string words_for(TrustOutcome::How how, TrustChange change) {
    const bool installs = change == TrustChange::install;
    switch (how) {
        case TrustOutcome::How::done_before:
            return installs ? "trusted already" : "not there";
        case TrustOutcome::How::done:
            return installs ? "trusted now" : "removed";
        case TrustOutcome::How::planned:
            return "would";
        case TrustOutcome::How::failed:
            break;
    }
    return "not done";
}

void show(const TrustStore& store, const TrustOutcome& outcome, TrustChange change) {
    fmt::print("{}: {} ({})\n", store.name(), words_for(outcome.how, change), printable(store.place().string()));
    if (outcome.how == TrustOutcome::How::planned || outcome.how == TrustOutcome::How::failed) {
        for (const std::string& step : outcome.steps) fmt::print("    {}\n", step);
    }
    static_cast<void>(std::fflush(stdout));
    if (outcome.how == TrustOutcome::How::failed) {
        print_error("halfday", fmt::format("{}: {}", store.name(), outcome.why), outcome.hint);
    }
}

int change_all(const TrustOptions& options, const Certificate& root, TrustChange change, const char* verb) {
    const Machine machine = machine_of(options);
    Tally tally;
    bool is_browser_changed = false;
    for (const auto& store : find_stores(options, machine, tally)) {
        const TrustOrder order{change, options.dry_run, options.root_file, again(options, verb, store->kind())};
        const TrustOutcome outcome = carry_out(order, *store, root);
        show(*store, outcome, change);
        ++(outcome.how == TrustOutcome::How::failed ? tally.failed : tally.done);
        is_browser_changed |= outcome.how == TrustOutcome::How::done && store->kind() == "nss";
    }
    if (is_browser_changed) fmt::print("a browser that runs sees it after a restart\n");
    return tally.status();
}

/// Of the stores that were not asked for: Debian's hook, for one, takes a new root into Java's keystore and forgets it
/// there.
void warn_of_what_stays(const TrustOptions& options, const Certificate& root) {
    const Machine machine = machine_of(options);
    for (const Kind& kind : kKinds) {
        if (is_wanted(options, kind) || (options.image != "/" && !kind.in_images)) continue;
        for (const auto& store : kind.find(machine)) {
            try {
                if (store->look_for(root).how != TrustStanding::How::trusted) continue;
                print_warning("halfday",
                              fmt::format("{}: still trusted ({})", store->name(), printable(store->place().string())),
                              "sudo " + again(options, "remove", kind.name));
            } catch (const Error&) {
                continue;  // what can't be read was not asked for
            }
        }
    }
}

void require_trustworthy(const TrustOptions& options, const Certificate& root, Time now) {
    const auto constraints = options.unconstrained ? Constraints::unneeded : Constraints::required;
    if (const Verdict refused = check_root(root, constraints, now)) {
        const bool would_do = !check_root(root, Constraints::unneeded, now);
        throw Error(ErrorKind::usage,
                    fmt::format("'{}' was not installed: {}", printable(options.root_file.string()), refused->text()),
                    would_do ? "if that is what you want: --unconstrained" : "take root.pem of the air-gapped box");
    }
    if (!options.confirm.empty() && !(Fingerprint::parse(options.confirm) == root.fingerprint())) {
        throw Error(
            ErrorKind::usage,
            fmt::format("'{}' was not installed: its fingerprint is another", printable(options.root_file.string())),
            "it is " + root.fingerprint().text() + ": compare it with what halfday-root init showed");
    }
}

}  // namespace

int install_trust(const TrustOptions& options, Time now) {
    const Certificate root = read_root(options);
    show_root(root);
    require_trustworthy(options, root, now);
    if (options.confirm.empty()) fmt::print("compare the fingerprint with the one that halfday-root init showed\n");
    return change_all(options, root, TrustChange::install, "install");
}

int remove_trust(const TrustOptions& options) {
    const Certificate root = read_root(options);
    show_root(root);
    const int status = change_all(options, root, TrustChange::remove, "remove");
    if (!options.dry_run) warn_of_what_stays(options, root);
    return status;
}

int list_trust(const TrustOptions& options) {
    const Certificate root = read_root(options);
    const Machine machine = machine_of(options);
    Tally tally;
    std::vector<std::vector<std::string>> rows{{"STORE", "PLACE", "ROOT", "AS"}};
    for (const auto& store : find_stores(options, machine, tally)) {
        try {
            const TrustStanding standing = store->look_for(root);
            const std::array<const char*, 3> words{"absent", "there, not trusted", "trusted"};
            std::string as;
            for (const std::string& each : standing.as) as += (as.empty() ? "" : ", ") + printable(each);
            rows.push_back({store->name(), printable(store->place().string()),
                            words.at(static_cast<std::size_t>(standing.how)), as});
            ++tally.done;
        } catch (const Error& error) {
            print_error("halfday", fmt::format("{}: {}", store->name(), error.what()), error.hint());
            ++tally.failed;
        }
    }
    show_root(root);
    fmt::print("{}", format_table(rows));
    return tally.status();
}

}  // namespace halfday
