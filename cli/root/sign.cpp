// halfday-root sign: reads, checks and shows everything before the root's key is opened; lifetime and names come from
// the flags, the public key alone from the request.

#include <fmt/core.h>

#include <cstdio>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/root/ceremony.hpp"
#include "ca/root/ceremony_log.hpp"
#include "ca/root/revocation.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/root/ceremony.hpp"
#include "cli/root/commands.hpp"
#include "cli/root/root_key.hpp"

namespace halfday {
namespace {

Csr read_request(const Path& file) {
    const std::string pem = read_file(file, Csr::kMostBytes);
    try {
        return Csr::parse_pem(pem);
    } catch (const Error& error) {
        throw Error(error.kind(), "request '" + file.string() + "': " + error.what(),
                    "make it with 'halfday init' on the issuer box and copy it again");
    }
}

/// All that has been read and settled before the root's key is opened.
struct SignPlan {
    Certificate root;
    Csr request;
    IntermediatePlan plan;
    PreparedIntermediate prepared;
};

SignPlan make_plan(const SignOrder& order, const RootFolder& folder, Certificate root, Time now) {
    constexpr const char* kNotSigned = "nothing was signed";
    Csr request = read_request(order.request);
    if (const Verdict verdict = check_not_compromised(request.public_key(), read_log(folder.log()), root)) {
        refuse(kNotSigned, *verdict, "make a new key with 'halfday init' on the issuer box, and bring its request");
    }
    IntermediatePlan plan =
        accepted(plan_intermediate(order.intermediate, request.public_key(), root, now), kNotSigned);
    require_free(order.out);
    PreparedIntermediate prepared =
        accepted(prepare_intermediate(plan.profile, request.public_key(), root, fresh_serial(), now), kNotSigned);
    return {std::move(root), std::move(request), std::move(plan), std::move(prepared)};
}

/// The certificate as a client is going to read it, but for what tells the request's fingerprint.
void announce(const SignOrder& order, const SignPlan& plan) {
    const Certificate& trial = plan.prepared.trial;
    const NameConstraints constraints = trial.name_constraints().value_or(NameConstraints{});
    fmt::print("an intermediate is to be signed\n{}",
               format_facts({
                   {"request", printable(order.request.string())},
                   {"calls itself", printable(plan.request.common_name())},
                   {"key", trial.public_key().algorithm()},
                   {"subject", trial.subject()},
                   {"issuer", trial.issuer()},
                   {"serial", trial.serial_hex()},
                   {"purpose", to_text(widest_purpose(trial.extended_key_usage()))},
                   {"permitted", constraints.texts()},
                   {"excluded", constraints.excluded_texts()},
                   {"not before", format_time(trial.not_before())},
                   {"not after", format_time(trial.not_after())},
                   {"chain", printable(order.out.string())},
               }));
    static_cast<void>(std::fflush(stdout));  // before anything is asked
    if (plan.plan.is_long) {
        print_warning(kProgram,
                      "that is long: an issuer box that is stolen is good for every permitted name until then, since "
                      "clients check no CRL",
                      "leave out the lifetime for 35 days");
    }
    if (plan.plan.cut_to_root) {
        print_warning(kProgram, "the root ends sooner than that lifetime, so the intermediate ends with it",
                      "plan a new root");
    }
}

void confirm(const std::string& given, const PublicKey& requested) {
    const std::string typed =
        given.empty() ? prompt_line("fingerprint on the issuer's screen", "--confirm FINGERPRINT") : given;
    if (!(Fingerprint::parse(typed) == requested.fingerprint())) {
        refuse("nothing was signed", Refusal{{"the fingerprint is not the request's"}},
               "compare it with the issuer's screen: this may be another file, or a forged one");
    }
}

void give_out(const SignOrder& order, const CeremonyOptions& options, const Certificate& intermediate,
              const PrivateKey& key, NetworkGuard& guard, Time now) {
    record_signed(options.folder, {.at = now, .command = "sign", .certificates = {intermediate}, .note = options.note},
                  key, guard, "a network came up while the root's key was open, so the chain is withheld",
                  "unplug it and sign again");
    write_new(order.out, to_pem(Chain{intermediate}), Access{0644});
    fmt::print("signed\n{}", format_facts({
                                 {"chain", order.out.string()},
                                 {"serial", intermediate.serial_hex()},
                                 {"sha256", intermediate.sha256()},
                             }));
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
    confirm(options.confirm, plan.request.public_key());
    guard.look_before();
    const PrivateKey key = open_root_key(options);
    const Certificate intermediate = sign_intermediate(std::move(plan.prepared), plan.root, key, now);
    give_out(order, options, intermediate, key, guard, now);
    return kDone;
}

int run_sign(const SignOptions& options, Time now) {
    const SignOrder order{options.request,
                          options.out,
                          {options.name, parse_constraints(options.constraints), parse_duration(options.lifetime),
                           parse_purpose(options.purpose)}};
    return hold_sign(order, options.ceremony, now);
}

}  // namespace halfday
