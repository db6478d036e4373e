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

CeremonyOptions next_options(const RotateOrder& order, const CeremonyOptions& options) {
    CeremonyOptions next = options;
    next.folder.state = order.next;
    next.key = order.root.key;
    next.passphrase_file = options.next_passphrase_file;
    next.share_files.clear();
    return next;
}

bool has_root(const Path& state) { return std::filesystem::exists(RootFolder{state}.certificate()); }

/// What is to be made; where it permits nothing, for what the root in force is.
InitOrder order_of_next(const RotateOrder& order, const Certificate& root) {
    InitOrder made = order.root;
    if (made.root.constraints.texts().empty()) {
        made.root.constraints = inherited(made.root.constraints, root.name_constraints().value_or(NameConstraints{}));
    }
    return made;
}

void require_name(const RotateOrder& order) {
    const bool is_there = has_root(order.next);
    if (is_there && !order.root.root.name.empty()) {
        throw Error(ErrorKind::usage, "there is a root in '" + order.next.string() + "' already",
                    "leave out its name to have the two sign each other");
    }
    if (!is_there && order.root.root.name.empty()) {
        throw Error(ErrorKind::usage, "there is no root in '" + order.next.string() + "' yet",
                    "say what it is called: halfday-root rotate 'Example Root 2036' …");
    }
}

/// With a throw-away key: refused here is what would be refused of the real one.
Certificate try_next(const InitOrder& order, const Certificate& root, Time now) {
    const RootProfile profile = accepted(plan_root(order.root, now), kNotMade);
    Certificate trial = accepted(try_root(profile, order.algorithm, fresh_serial()), kNotMade);
    static_cast<void>(accepted(plan_cross(trial, root, now), kNotMade));
    return trial;
}

void make_next_root(const RotateOrder& order, const CeremonyOptions& options, const Certificate& root, Time now) {
    if (has_root(order.next)) {
        return;
    }
    const InitOrder next = order_of_next(order, root);
    static_cast<void>(try_next(next, root, now));
    static_cast<void>(hold_init(next, next_options(order, options), now));
}

Side open_side(const CeremonyOptions& options, const Certificate& other, Time now) {
    Certificate root = read_root(options.folder);
    FileLock lock = FileLock::acquire(options.folder.lock(), kProgram, 0);
    require_whole_log(options.folder, root);
    CrossProfile profile = accepted(plan_cross(other, root, now), kNotSigned);
    return {options, std::move(root), std::move(lock), std::move(profile)};
}

/// `key` is the subject's, "" where it is not there yet.
void announce(const Certificate& signer, const Certificate& subject, const CrossProfile& profile,
              const std::string& key) {
    fmt::print("a cross certificate is to be signed\n{}", format_facts({
                                                              {"issuer", signer.subject()},
                                                              {"subject", subject.subject()},
                                                              {"key", key},
                                                              {"permitted", profile.constraints.texts()},
                                                              {"excluded", profile.constraints.excluded_texts()},
                                                              {"not before", format_time(profile.validity.not_before)},
                                                              {"not after", format_time(profile.validity.not_after)},
                                                          }));
    static_cast<void>(std::fflush(stdout));  // before anything is asked
}

void announce(const Side& signer, const Side& subject) {
    announce(signer.root, subject.root, signer.profile, subject.root.fingerprint().text());
}

std::string note_of(const CeremonyOptions& options, const Certificate& subject) {
    const std::string key = "the key of " + subject.subject() + ", " + subject.fingerprint().text();
    return options.note.empty() ? key : key + ", " + options.note;
}

/// Signed and on record in the signer's log.
Certificate sign(const Side& signer, const Side& subject, NetworkGuard& guard, Time now) {
    const PrivateKey key = open_root_key(signer.options);
    Certificate cross =
        accepted(sign_cross(signer.profile, subject.root, signer.root, key, fresh_serial(), now), kNotSigned);
    record_signed(
        signer.options.folder,
        {.at = now, .command = "rotate", .certificates = {cross}, .note = note_of(signer.options, subject.root)}, key,
        guard, "a network came up while a root's key was open, so the cross certificates are withheld",
        "unplug it and run rotate again, without a name");
    return cross;
}

/// What would be done, without a key: of a root that is to be made all but its key.
int check_rotate(const RotateOrder& order, const CeremonyOptions& options, const Certificate& root, Time now) {
    const bool is_there = has_root(order.next);
    if (!is_there) {
        CeremonyOptions next = next_options(order, options);
        static_cast<void>(hold_init(order_of_next(order, root), next, now));
    }
    const Certificate next =
        is_there ? read_root(RootFolder{order.next}) : try_next(order_of_next(order, root), root, now);
    announce(root, next, accepted(plan_cross(next, root, now), kNotSigned), is_there ? next.fingerprint().text() : "");
    announce(next, root, accepted(plan_cross(root, next, now), kNotSigned), root.fingerprint().text());
    return kDone;
}

}  // namespace

int hold_rotate(const RotateOrder& order, const CeremonyOptions& options, Time now) {
    if (options.extent == Extent::rehearse) {
        return rehearse_rotate(order, options, now);
    }
    const bool is_check = options.extent == Extent::check;
    NetworkGuard guard(options.network);
    if (!is_check) {
        guard.look_before();
    }
    const Certificate root = read_root(options.folder);
    require_free(order.out);
    require_name(order);
    if (is_check) {
        return check_rotate(order, options, root, now);
    }
    make_next_root(order, options, root, now);
    const Side before = open_side(options, read_root(RootFolder{order.next}), now);
    const Side next = open_side(next_options(order, options), before.root, now);
    announce(before, next);
    announce(next, before);
    guard.look_before();
    const Chain crosses{sign(before, next, guard, now), sign(next, before, guard, now)};
    write_new(order.out, to_pem(crosses), Access{0644});
    fmt::print("signed\n{}", format_facts({
                                 {"cross certificates", printable(order.out.string())},
                                 {"next root", RootFolder{order.next}.certificate().string()},
                                 {"its fingerprint", next.root.fingerprint().text()},
                             }));
    return kDone;
}

int run_rotate(const RotateOptions& options, Time now) {
    const InitOrder root{{options.name, parse_constraints(options.constraints), parse_duration(options.lifetime)},
                         KeyAlgorithm::parse(options.algorithm),
                         options.next_key};
    return hold_rotate({options.next.state, root, options.out}, options.ceremony, now);
}

}  // namespace halfday
