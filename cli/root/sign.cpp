// halfday-root sign: reads, checks and shows everything before the root's key is opened; lifetime and names come from
// the flags, the public key alone from the request.

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/root/ceremony.hpp"
#include "ca/root/ceremony_log.hpp"
#include "ca/root/revocation.hpp"
#include "ca/root/windows.hpp"
#include "ca/x509/chain.hpp"
#include "ca/x509/csr.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/root/ceremony.hpp"
#include "cli/root/commands.hpp"
#include "cli/root/root_key.hpp"

namespace halfday {
namespace {

using Csrs = std::vector<Csr>;

constexpr const char* kNothingSigned = "nothing was signed";

Csrs read_request(const Path& file) {
    const std::string pem = read_file(file, Csr::kMostTogether * Csr::kMostBytes);
    try {
        return Csr::parse_together(pem);
    } catch (const Error& error) {
        throw Error(error.kind(), "request '" + file.string() + "': " + error.what(),
                    "make it with 'halfday init' on the issuer box and copy it again");
    }
}

std::vector<PublicKey> keys_of(const Csrs& request) {
    std::vector<PublicKey> keys;
    for (const Csr& csr : request) {
        keys.push_back(csr.public_key());
    }
    return keys;
}

/// All that has been read and settled before the root's key is opened; a plan and what it makes for each window.
struct SignPlan {
    Certificate root;
    Csrs request;
    std::vector<IntermediatePlan> plans;
    std::vector<PreparedIntermediate> prepared;
};

void require_not_compromised(const Csrs& request, const RootFolder& folder, const Certificate& root) {
    const auto records = read_log(folder.log());
    for (const Csr& csr : request) {
        if (const Verdict verdict = check_not_compromised(csr.public_key(), records, root)) {
            refuse(kNothingSigned, *verdict,
                   "make a new key with 'halfday init' on the issuer box, and bring its request");
        }
    }
}

/// A client of its own time: a later window is not valid yet.
Time when_valid(const Validity& validity, Time now) { return std::max(now, validity.not_before); }

SignPlan make_plan(const SignOrder& order, const RootFolder& folder, Certificate root, Time now) {
    Csrs request = read_request(order.request);
    require_not_compromised(request, folder, root);
    const auto keys = keys_of(request);
    auto plans =
        accepted(plan_windows(order.intermediate, order.windows, keys, root, now), kNothingSigned,
                 keys.size() > 1 ? "the issuer's `halfday init --stage` said how many windows"
                                 : "halfday-root inspect root.pem shows what the root permits, and until when");
    require_free(order.out);
    std::vector<PreparedIntermediate> prepared;
    for (std::size_t at = 0; at < plans.size(); ++at) {
        const IntermediateProfile& profile = plans[at].profile;
        prepared.push_back(
            accepted(prepare_intermediate(profile, keys[at], root, fresh_serial(), when_valid(profile.validity, now)),
                     kNothingSigned));
    }
    return {std::move(root), std::move(request), std::move(plans), std::move(prepared)};
}

std::vector<std::string> names_of(const Csrs& request) {
    std::vector<std::string> names;
    for (const Csr& csr : request) {
        std::string name = printable(csr.common_name());
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(std::move(name));
        }
    }
    return names;
}

Facts facts_of_window(const Certificate& trial) {
    return {{"key", trial.public_key().algorithm()},
            {"subject", trial.subject()},
            {"serial", trial.serial_hex()},
            {"not before", format_time(trial.not_before())},
            {"not after", format_time(trial.not_after())}};
}

/// The certificates as a client is going to read them, but for what tells the request's fingerprint.
void announce(const SignOrder& order, const SignPlan& plan) {
    const Certificate& trial = plan.prepared.front().trial;
    const NameConstraints constraints = trial.name_constraints().value_or(NameConstraints{});
    const std::size_t windows = plan.prepared.size();
    Facts facts{{"request", printable(order.request.string())},
                {"calls itself", names_of(plan.request)},
                {"issuer", trial.issuer()},
                {"purpose", to_text(widest_purpose(trial.extended_key_usage()))},
                {"permitted", constraints.texts()},
                {"excluded", constraints.excluded_texts()},
                {"chain", printable(order.out.string())}};
    for (std::size_t at = 0; at < windows; ++at) {
        if (windows > 1) {
            facts.push_back({"window", fmt::format("{} of {}", at + 1, windows)});
        }
        for (Fact& fact : facts_of_window(plan.prepared[at].trial)) {
            facts.push_back(std::move(fact));
        }
    }
    fmt::print(
        "{}\n{}",
        windows == 1 ? "an intermediate is to be signed" : fmt::format("{} intermediates are to be signed", windows),
        format_facts(facts));
    static_cast<void>(std::fflush(stdout));  // before anything is asked
    if (std::any_of(plan.plans.begin(), plan.plans.end(), [](const auto& each) { return each.is_long; })) {
        print_warning(kProgram,
                      "that is long: an issuer box that is stolen is good for every permitted name until then, since "
                      "clients check no CRL",
                      "leave out the lifetime for 35 days");
    }
    if (plan.plans.back().cut_to_root) {
        print_warning(kProgram, "the root ends sooner than that lifetime, so the intermediate ends with it",
                      "plan a new root");
    }
}

void confirm(const std::string& given, const Csrs& requested) {
    const std::string typed =
        given.empty() ? prompt_line("fingerprint on the issuer's screen", "--confirm FINGERPRINT") : given;
    if (!(Fingerprint::parse(typed) == fingerprint_of(requested))) {
        refuse(kNothingSigned, Refusal{{"the fingerprint is not the request's"}},
               "compare it with the issuer's screen: this may be another file, or a forged one");
    }
}

Chain sign_all(SignPlan& plan, const PrivateKey& key, Time now) {
    Chain made;
    for (std::size_t at = 0; at < plan.prepared.size(); ++at) {
        made.push_back(sign_intermediate(std::move(plan.prepared[at]), plan.root, key,
                                         when_valid(plan.plans[at].profile.validity, now)));
    }
    return made;
}

void give_out(const SignOrder& order, const CeremonyOptions& options, const Chain& made, const PrivateKey& key,
              NetworkGuard& guard, Time now) {
    record_signed(options.folder, {.at = now, .command = "sign", .certificates = made, .note = options.note}, key,
                  guard, "a network came up while the root's key was open, so the chain is withheld",
                  "unplug it and sign again");
    write_new(order.out, to_pem(made), Access{0644});
    Facts facts{{"chain", printable(order.out.string())}};
    for (const Certificate& intermediate : made) {
        facts.push_back({"serial", intermediate.serial_hex()});
        facts.push_back({"sha256", intermediate.sha256()});
    }
    fmt::print("signed\n{}", format_facts(facts));
}

int check_sign(const SignOrder& order, const CeremonyOptions& options, Time now) {
    announce(order, make_plan(order, options.folder, read_root(options.folder), now));
    return kDone;
}

}  // namespace

int hold_sign(const SignOrder& order, const CeremonyOptions& options, Time now) {
    if (options.extent == Extent::rehearse) {
        return rehearse_sign(order, options, now);
    }
    if (options.extent == Extent::check) {
        return check_sign(order, options, now);
    }
    NetworkGuard guard(options.network);
    guard.look_before();
    Certificate root = read_root(options.folder);
    const FileLock lock = FileLock::acquire(options.folder.lock(), kProgram, 0);
    require_whole_log(options.folder, root);
    SignPlan plan = make_plan(order, options.folder, std::move(root), now);
    announce(order, plan);
    confirm(options.confirm, plan.request);
    guard.look_before();
    const PrivateKey key = open_root_key(options);
    give_out(order, options, sign_all(plan, key, now), key, guard, now);
    return kDone;
}

int run_sign(const SignOptions& options, Time now) {
    const SignOrder order{options.request,
                          options.out,
                          {options.name, parse_constraints(options.constraints), parse_duration(options.lifetime),
                           parse_purpose(options.purpose)},
                          options.windows};
    return hold_sign(order, options.ceremony, now);
}

}  // namespace halfday
