// halfday-root sign: reads, checks and shows everything before the root's key is opened; lifetime and names come from
// the flags, the public key alone from the request.

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/root/ceremony.hpp"
#include "ca/root/ceremony_log.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/root/ceremony.hpp"
#include "cli/root/commands.hpp"

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

void require_free(const Path& out) {
    const Path folder = std::filesystem::absolute(out).parent_path();
    if (::access(folder.c_str(), W_OK) != 0) {
        throw_errno("cannot write into '" + folder.string() + "'");
    }
    if (std::filesystem::exists(std::filesystem::symlink_status(out))) {
        throw Error(ErrorKind::io, "'" + out.string() + "' exists already", "name a new file with --out");
    }
}

void announce(const SignOptions& options, const Csr& request, const IntermediatePlan& plan) {
    const IntermediateProfile& profile = plan.profile;
    fmt::print("an intermediate is to be signed\n{}", format_facts({
                                                          {"request", printable(options.request.string())},
                                                          {"calls itself", printable(request.common_name())},
                                                          {"key", request.public_key().algorithm()},
                                                          {"name", profile.name},
                                                          {"purpose", to_text(profile.purpose)},
                                                          {"permitted", profile.constraints.texts()},
                                                          {"not before", format_time(profile.validity.not_before)},
                                                          {"not after", format_time(profile.validity.not_after)},
                                                      }));
    static_cast<void>(std::fflush(stdout));  // before anything is asked
    if (plan.is_long) {
        print_warning(kProgram,
                      "that is long: an issuer box that is stolen is good for every permitted name until then, since "
                      "clients check no CRL",
                      "leave out --lifetime for 35 days");
    }
    if (plan.cut_to_root) {
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

PrivateKey open_key(const SignOptions& options) {
    return PrivateKey::load(KeyUri::of_file(options.ceremony.folder.key()), [&] {
        return read_passphrase(options.ceremony.passphrase_file, "passphrase of the root's key");
    });
}

void give_out(const SignOptions& options, const Certificate& intermediate, const PrivateKey& key, NetworkGuard& guard,
              Time now) {
    const Path log = options.ceremony.folder.log();
    const Verdict verdict = guard.look_after();
    append_record(log,
                  {.at = now,
                   .command = "sign",
                   .certificates = {intermediate},
                   .network = guard.findings(),
                   .release = verdict ? Release::withheld : Release::released},
                  key);
    if (verdict) {
        refuse("a network came up while the root's key was open, so the chain is withheld", *verdict,
               "unplug it and sign again");
    }
    write_new(options.out, to_pem(Chain{intermediate}), Access{0644});
    fmt::print("signed\n{}", format_facts({
                                 {"chain", options.out.string()},
                                 {"serial", intermediate.serial_hex()},
                                 {"sha256", intermediate.sha256()},
                             }));
}

}  // namespace

int run_sign(const SignOptions& options, Time now) {
    const IntermediateOrder order{options.name, parse_permitted(options.ceremony.permitted),
                                  parse_duration(options.ceremony.lifetime), parse_purpose(options.purpose)};
    NetworkGuard guard(options.ceremony.network);
    guard.look_before();
    const Certificate root = read_root(options.ceremony.folder);
    const FileLock lock = FileLock::acquire(options.ceremony.folder.lock(), kProgram, 0);
    require_whole_log(options.ceremony.folder, root);
    const Csr request = read_request(options.request);
    const IntermediatePlan plan =
        accepted(plan_intermediate(order, request.public_key(), root, now), "nothing was signed");
    require_free(options.out);
    announce(options, request, plan);
    confirm(options.confirm, request.public_key());
    guard.look_before();
    const PrivateKey key = open_key(options);
    const Certificate intermediate = accepted(
        sign_intermediate(plan.profile, request.public_key(), root, key, fresh_serial(), now), "nothing was signed");
    give_out(options, intermediate, key, guard, now);
    return kDone;
}

}  // namespace halfday
