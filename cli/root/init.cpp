// halfday-root init: the key first, then the record, then the certificate (root_folder.hpp), so that what a crash cuts
// short is finished by the same command.

#include <fmt/core.h>

#include <cstdio>
#include <filesystem>
#include <utility>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/root/ceremony.hpp"
#include "ca/root/ceremony_log.hpp"
#include "ca/token/open_key.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/root/ceremony.hpp"
#include "cli/root/commands.hpp"
#include "cli/root/root_key.hpp"

namespace halfday {
namespace {

RootFiles files_in(const RootFolder& folder, const KeyUri& uri) {
    return {.key = has_root_key(folder, uri),
            .recorded = recorded_root(folder.log()).has_value(),
            .certificate = std::filesystem::exists(folder.certificate())};
}

InitStep step_for(const RootFolder& folder, const KeyUri& uri) {
    const RootFiles files = files_in(folder, uri);
    const std::string hint = files.key ? "a new root is a new trust anchor on every client: if it is meant, give it a "
                                         "--state folder of its own"
                                       : "bring '" + uri.text() + "' back from its backup";
    return accepted(next_init_step(files), "folder '" + folder.state.string() + "'", hint);
}

/// The certificate as a client is going to read it, its key but a throw-away one.
void announce(const Certificate& trial, const KeyUri& key) {
    const NameConstraints constraints = trial.name_constraints().value_or(NameConstraints{});
    fmt::print("a root is to be made\n{}", format_facts({
                                               {"subject", trial.subject()},
                                               {"key", trial.public_key().algorithm()},
                                               {"key is in", key.text()},
                                               {"permitted", constraints.texts()},
                                               {"excluded", constraints.excluded_texts()},
                                               {"not before", format_time(trial.not_before())},
                                               {"not after", format_time(trial.not_after())},
                                           }));
    static_cast<void>(std::fflush(stdout));  // before anything is asked
    fmt::print(stderr, "{}: a name outside these can never be added: it would mean a new root on every client\n",
               kProgram);
}

void print_made(const RootFolder& folder, const Certificate& root) {
    fmt::print("root made\n{}", format_facts({
                                    {"certificate", folder.certificate().string()},
                                    {"fingerprint", root.fingerprint().text()},
                                }));
}

Secret ask_passphrase(const Path& file, InitStep step) {
    if (step == InitStep::make_all) {
        return read_new_passphrase(file, "new passphrase for the root's key");
    }
    print_warning(kProgram, "an init was cut short after it had made the key: that key is used");
    return read_passphrase(file, "passphrase of the root's key");
}

/// All that is settled before the root's key is made.
struct InitPlan {
    RootProfile profile;
    KeyAlgorithm algorithm;
    KeyUri key;
    Serial serial;
    InitStep step;
};

PassphraseSource given(const Secret& passphrase) {
    return [&passphrase] { return Secret::copy_of(passphrase.reveal()); };
}

/// Writes the key and opens it again, so that no root begins with a key that can't be read back.
void store_key(const Path& file, const PrivateKey& key, const Secret& passphrase) {
    write_new(file, key.to_encrypted_pem(passphrase), Access{0600});
    if (!(PrivateKey::load(file, given(passphrase)).public_key() == key.public_key())) {
        throw Error(ErrorKind::io, "'" + file.string() + "' did not read back as it was written", "look at the disk");
    }
}

/// A file's key is in memory alone until it has signed; a token's stays in the token, whatever comes.
PrivateKey make_or_open(const InitPlan& plan, const CeremonyOptions& options, const Secret& passphrase) {
    if (plan.key.file()) {
        return plan.step == InitStep::make_all ? PrivateKey::generate(plan.algorithm)
                                               : PrivateKey::load(*plan.key.file(), given(passphrase));
    }
    TokenKey key = open_or_make_token_key(plan.key, plan.algorithm, root_passphrase(options, plan.key));
    fmt::print("{}\n", key.origin == KeyOrigin::made ? "the key was made in the token, which it can't leave"
                                                     : "the key was in the token already, and is used");
    return std::move(key.key);
}

struct Made {
    PrivateKey key;
    Certificate certificate;
};

/// The key's one use, in memory, between the two looks at the network.
Made sign_in_memory(const InitPlan& plan, const CeremonyOptions& options, const Secret& passphrase,
                    NetworkGuard& guard) {
    guard.look_before();
    PrivateKey key = make_or_open(plan, options, passphrase);
    Certificate root = accepted(sign_root(plan.profile, key, plan.serial), "the root");
    if (const Verdict verdict = guard.look_after()) {
        refuse("a network came up while the root's key was open, so nothing was made", *verdict,
               "unplug it and run init again");
    }
    return {std::move(key), std::move(root)};
}

/// Throws when another init came first.
FileLock lock_for(const RootFolder& folder, const KeyUri& uri, InitStep step) {
    make_folder(folder.state, 0700);
    FileLock lock = FileLock::acquire(folder.lock(), kProgram, 0);
    if (step_for(folder, uri) != step) {
        throw Error(ErrorKind::io, "another init was at work in '" + folder.state.string() + "'", "run init again");
    }
    return lock;
}

void make_root(const InitPlan& plan, const CeremonyOptions& options, NetworkGuard& guard, Time now) {
    const RootFolder& folder = options.folder;
    const Secret passphrase = plan.key.file() ? ask_passphrase(options.passphrase_file, plan.step) : Secret();
    const Made made = sign_in_memory(plan, options, passphrase, guard);
    const FileLock lock = lock_for(folder, plan.key, plan.step);
    remember_root_key(folder, plan.key);
    if (plan.key.file() && plan.step == InitStep::make_all) {
        store_key(*plan.key.file(), made.key, passphrase);
    }
    append_record(folder.log(),
                  {.at = now,
                   .command = "init",
                   .certificates = {made.certificate},
                   .note = options.note,
                   .network = guard.findings()},
                  made.key);
    write_new(folder.certificate(), made.certificate.pem(), Access{0644});
    print_made(folder, made.certificate);
}

void restore_certificate(const RootFolder& folder, const KeyUri& uri) {
    const FileLock lock = lock_for(folder, uri, InitStep::restore_certificate);
    const Certificate root = recorded_root(folder.log()).value();
    write_new(folder.certificate(), root.pem(), Access{0644});
    print_warning(kProgram, "the root was made before, and its certificate comes from the ceremony log");
    print_made(folder, root);
}

}  // namespace

int hold_init(const InitOrder& order, const CeremonyOptions& options, Time now) {
    if (options.extent == Extent::rehearse) {
        return rehearse_init(order, options, now);
    }
    const RootProfile profile = accepted(plan_root(order.root, now), "no root was made");
    NetworkGuard guard(options.network);
    if (options.extent == Extent::whole) {
        guard.look_before();
    }
    const KeyUri key = root_key_uri(options);
    const InitPlan plan{profile, order.algorithm, key, fresh_serial(), step_for(options.folder, key)};
    if (plan.step == InitStep::restore_certificate && options.extent == Extent::whole) {
        restore_certificate(options.folder, key);
        return kDone;
    }
    announce(accepted(try_root(plan.profile, plan.algorithm, plan.serial), "no root was made"), key);
    if (options.extent == Extent::whole) {
        make_root(plan, options, guard, now);
    }
    return kDone;
}

int run_init(const InitOptions& options, Time now) {
    const InitOrder order{{options.name, parse_constraints(options.constraints), parse_duration(options.lifetime)},
                          KeyAlgorithm::parse(options.algorithm)};
    return hold_init(order, options.ceremony, now);
}

}  // namespace halfday
