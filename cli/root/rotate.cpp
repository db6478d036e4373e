// halfday-root rotate: the next root is made as `init` makes one, where it is not there yet; then each root signs the
// other's key. What a crash cuts short is done by the same command.

#include <fmt/core.h>

#include <cstdio>
#include <filesystem>
#include <utility>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/root/ceremony.hpp"
#include "ca/root/ceremony_log.hpp"
#include "ca/root/rotation.hpp"
#include "ca/x509/chain.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/root/ceremony.hpp"
#include "cli/root/commands.hpp"
#include "cli/root/root_key.hpp"

namespace halfday {
namespace {

constexpr const char* kNotMade = "no root was made";
constexpr const char* kNotSigned = "no cross certificate was signed";

/// One of the two roots, and what it is to say of the other.
struct Side {
    CeremonyOptions options;
    Certificate root;
    FileLock lock;
    CrossProfile profile;
};

CeremonyOptions next_options(const RotateOptions& options) {
    CeremonyOptions next = options.ceremony;
    next.folder = options.next;
    next.key = options.next_key;
    next.passphrase_file = options.next_passphrase_file;
    next.share_files.clear();
    return next;
}

void make_next_root(const RotateOptions& options, const Certificate& root, Time now) {
    if (std::filesystem::exists(options.next.certificate())) {
        if (!options.name.empty()) {
            throw Error(ErrorKind::usage, "there is a root in '" + options.next.state.string() + "' already",
                        "leave out its name to have the two sign each other");
        }
        return;
    }
    if (options.name.empty()) {
        throw Error(ErrorKind::usage, "there is no root in '" + options.next.state.string() + "' yet",
                    "say what it is called: halfday-root rotate 'Example Root 2036' …");
    }
    const NameConstraints asked = parse_constraints(options.constraints);
    const NameConstraints constraints =
        asked.texts().empty() ? inherited(asked, root.name_constraints().value_or(NameConstraints{})) : asked;
    const InitOrder order{{options.name, constraints, parse_duration(options.lifetime)},
                          KeyAlgorithm::parse(options.algorithm)};
    const RootProfile profile = accepted(plan_root(order.root, now), kNotMade);
    const Certificate trial = accepted(try_root(profile, order.algorithm, fresh_serial()), kNotMade);
    static_cast<void>(accepted(plan_cross(trial, root, now), kNotMade));
    static_cast<void>(hold_init(order, next_options(options), now));
}

Side open_side(const CeremonyOptions& options, const Certificate& other, Time now) {
    Certificate root = read_root(options.folder);
    FileLock lock = FileLock::acquire(options.folder.lock(), kProgram, 0);
    require_whole_log(options.folder, root);
    CrossProfile profile = accepted(plan_cross(other, root, now), kNotSigned);
    return {options, std::move(root), std::move(lock), std::move(profile)};
}

void announce(const Side& signer, const Side& subject) {
    fmt::print("a cross certificate is to be signed\n{}",
               format_facts({
                   {"issuer", signer.root.subject()},
                   {"subject", subject.root.subject()},
                   {"key", subject.root.fingerprint().text()},
                   {"permitted", signer.profile.constraints.texts()},
                   {"excluded", signer.profile.constraints.excluded_texts()},
                   {"not before", format_time(signer.profile.validity.not_before)},
                   {"not after", format_time(signer.profile.validity.not_after)},
               }));
    static_cast<void>(std::fflush(stdout));  // before anything is asked
}

/// Signed and on record in the signer's log.
Certificate sign(const Side& signer, const Side& subject, NetworkGuard& guard, Time now) {
    const PrivateKey key = open_root_key(signer.options);
    Certificate cross =
        accepted(sign_cross(signer.profile, subject.root, signer.root, key, fresh_serial(), now), kNotSigned);
    record_signed(signer.options.folder,
                  {.at = now,
                   .command = "rotate",
                   .certificates = {cross},
                   .note = "the key of " + subject.root.subject() + ", " + subject.root.fingerprint().text()},
                  key, guard, "a network came up while a root's key was open, so the cross certificates are withheld",
                  "unplug it and run rotate again, without a name");
    return cross;
}

}  // namespace

int run_rotate(const RotateOptions& options, Time now) {
    NetworkGuard guard(options.ceremony.network);
    guard.look_before();
    const Certificate root = read_root(options.ceremony.folder);
    require_free(options.out);
    make_next_root(options, root, now);
    const Side before = open_side(options.ceremony, read_root(options.next), now);
    const Side next = open_side(next_options(options), before.root, now);
    announce(before, next);
    announce(next, before);
    guard.look_before();
    const Chain crosses{sign(before, next, guard, now), sign(next, before, guard, now)};
    write_new(options.out, to_pem(crosses), Access{0644});
    fmt::print("signed\n{}", format_facts({
                                 {"cross certificates", options.out.string()},
                                 {"next root", options.next.certificate().string()},
                                 {"its fingerprint", next.root.fingerprint().text()},
                             }));
    return kDone;
}

}  // namespace halfday
