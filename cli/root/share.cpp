// halfday-root share: a new random key takes the passphrase's place, and is split among custodians. Until all of them
// have their share, what opened the root's key before still does.

#include <fmt/core.h>

#include <cstdio>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/root/ceremony_log.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/root/ceremony.hpp"
#include "cli/root/custodians.hpp"
#include "cli/root/root_key.hpp"

namespace halfday {
namespace {

void announce(const ShareOptions& options, const Certificate& root) {
    fmt::print("the root's key is to be shared\n{}",
               format_facts({{"root", root.subject()},
                             {"custodians", std::to_string(options.count)},
                             {"needed to open it", std::to_string(options.threshold)}}));
    static_cast<void>(std::fflush(stdout));  // before anything is asked
    fmt::print(stderr,
               "{}: what opens it now will not open it any more, but it opens every copy that was made before\n",
               kProgram);
}

/// A PIN is the token's own, and a token locks after a few wrong ones; so there is nothing to share.
Path require_file(const KeyUri& uri) {
    if (!uri.file()) {
        throw Error(ErrorKind::usage, "the root's key is in a token ('" + printable(uri.text()) + "'), not in a file",
                    "a key in a file is shared; a token's PIN is given to custodians as it is");
    }
    return *uri.file();
}

PrivateKey open_with(const Path& file, const Secret& passphrase) {
    return PrivateKey::load(file, [&] { return Secret::copy_of(passphrase.reveal()); });
}

/// The key's file under the shared key, beside the one that is in force, and opened once.
std::string write_beside(const RootFolder& folder, const PrivateKey& key, const SharedKey& made) {
    std::string content = sharing_line(made.sharing) + key.to_encrypted_pem(made.key);
    remove_file(folder.shared_key());
    write_new(folder.shared_key(), content, Access{0600});
    if (!(open_with(folder.shared_key(), made.key).public_key() == key.public_key())) {
        throw Error(ErrorKind::io, "'" + folder.shared_key().string() + "' did not read back as it was written",
                    "look at the disk");
    }
    return content;
}

struct Recorder {
    const RootFolder& folder;
    const PrivateKey& key;
    const Sharing& sharing;
    Time now;

    void operator()(const std::string& what, const NetworkFindings& network) const {
        append_record(folder.log(), {.at = now, .command = "share", .note = sharing.text() + what, .network = network},
                      key);
    }
};

void share_key(const ShareOptions& options, const Path& file, const PrivateKey& key, NetworkGuard& guard, Time now) {
    const RootFolder& folder = options.ceremony.folder;
    const SharedKey made = make_shared_key(options.threshold, options.count);
    const std::string content = write_beside(folder, key, made);
    const Recorder record{folder, key, made.sharing, now};
    if (const Verdict verdict = guard.look_after()) {
        record(" were made and withheld", guard.findings());
        refuse("a network came up while the root's key was open, so nothing was shared", *verdict,
               "unplug it and share again");
    }
    record(" are shown; what opened the key still does", guard.findings());
    hand_out(made, options.shown_as);
    replace_file(file, content, Access{0600});
    remove_file(folder.shared_key());
    record(" open the key, and nothing else does", {});
    fmt::print("shared\n{}", format_facts({{"opened by", made.sharing.text()}, {"key", file.string()}}));
}

}  // namespace

int hold_share(const ShareOptions& options, Time now) {
    const RootFolder& folder = options.ceremony.folder;
    const Path file = require_file(root_key_uri(options.ceremony));
    require_terminal_to_show();
    NetworkGuard guard(options.ceremony.network);
    guard.look_before();
    const Certificate root = read_root(folder);
    const FileLock lock = FileLock::acquire(folder.lock(), kProgram, 0);
    require_whole_log(folder, root);
    announce(options, root);
    guard.look_before();
    const PrivateKey key = PrivateKey::load(file, [&] { return read_root_passphrase(options.ceremony, file); });
    require_roots_key(key, root);
    share_key(options, file, key, guard, now);
    return kDone;
}

int run_share(const ShareOptions& options, Time now) {
    if (const Verdict verdict = check_sharing(options.threshold, options.count)) {
        throw Error(ErrorKind::usage, verdict->text(), "such as --threshold 3 --of 5");
    }
    return options.ceremony.extent == Extent::rehearse ? rehearse_share(options, now) : hold_share(options, now);
}

}  // namespace halfday
