// --rehearse: a ceremony as it is held, with a throw-away root. It is in a folder of memory that is gone afterwards.

#include <fmt/core.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <cstdlib>
#include <filesystem>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/root/ceremony_log.hpp"
#include "ca/sign/signer.hpp"
#include "ca/x509/digest.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/root/ceremony.hpp"
#include "cli/root/custodians.hpp"

namespace halfday {
namespace {

constexpr const char* kMemory = "/dev/shm";

/// A new folder (0700) in memory, which goes with all that is in it.
class MemoryFolder {
   public:
    MemoryFolder() : path_(make()) {}
    MemoryFolder(const MemoryFolder&) = delete;
    MemoryFolder& operator=(const MemoryFolder&) = delete;
    ~MemoryFolder() {
        std::error_code ignored;  // there are throw-away keys in it
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const Path& path() const noexcept { return path_; }

   private:
    static Path make() {
        struct statfs status {};
        if (::statfs(kMemory, &status) != 0 || status.f_type != TMPFS_MAGIC) {
            throw Error(ErrorKind::io,
                        fmt::format("'{}' is no file system in memory, which a rehearsal wants", kMemory),
                        fmt::format("mount -t tmpfs tmpfs {}", kMemory));
        }
        std::string path = std::string(kMemory) + "/halfday-rehearsal-XXXXXX";
        if (::mkdtemp(path.data()) == nullptr) {
            throw_errno(fmt::format("cannot make a folder in '{}'", kMemory));
        }
        return path;
    }
    Path path_;
};

/// For the rehearsal's root: what is said of the real one's key is not taken over.
CeremonyOptions options_in(const MemoryFolder& memory, const CeremonyOptions& options) {
    CeremonyOptions inner;
    inner.folder.state = memory.path();
    inner.network = options.network;
    inner.passphrase_file = options.passphrase_file;
    inner.confirm = options.confirm;
    inner.note = options.note;
    return inner;
}

/// The real root's certificate with a throw-away key, and a log that begins with it.
void make_stand_in(const RootFolder& folder, const Certificate& root, const Secret& passphrase, Time now) {
    const PrivateKey key = PrivateKey::generate(KeyAlgorithm::parse(root.public_key().algorithm()));
    const Certificate stand_in = sign_stand_in(root, key);
    write_new(folder.key(), key.to_encrypted_pem(passphrase), Access{0600});
    append_record(folder.log(), {.at = now, .command = "init", .certificates = {stand_in}}, key);
    write_new(folder.certificate(), stand_in.pem(), Access{0644});
}

void begin(const char* command) {
    fmt::print("this is a rehearsal of '{}', with a throw-away root\n", command);
    static_cast<void>(std::fflush(stdout));
}

int end(const char* command, const CeremonyOptions& options, Time now) {
    const RootFolder& folder = options.folder;
    make_folder(folder.state, 0700);
    const FileLock lock = FileLock::acquire(folder.lock(), kProgram, 0);
    append_unsigned(folder.log(), {.at = now, .command = "rehearse", .note = command});
    fmt::print("rehearsed; nothing is left of it but an event in '{}'\n", folder.log().string());
    return kDone;
}

}  // namespace

int rehearse_init(const InitOrder& order, const CeremonyOptions& options, Time now) {
    begin("init");
    {
        const MemoryFolder memory;
        hold_init(order, options_in(memory, options), now);
    }
    return end("init", options, now);
}

int rehearse_sign(const SignOrder& order, const CeremonyOptions& options, Time now) {
    begin("sign");
    {
        const MemoryFolder memory;
        const CeremonyOptions inner = options_in(memory, options);
        const Certificate root = read_root(options.folder);
        make_stand_in(
            inner.folder, root,
            read_new_passphrase(options.passphrase_file, "a passphrase for the throw-away root, not the real one"),
            now);
        SignOrder here = order;
        here.out = memory.path() / "chain.pem";
        hold_sign(here, inner, now);
    }
    return end("sign", options, now);
}

int rehearse_rotate(const RotateOrder& order, const CeremonyOptions& options, Time now) {
    constexpr const char* kQuestion = "a passphrase for the throw-away roots, not the real one";
    begin("rotate");
    {
        const MemoryFolder memory;
        CeremonyOptions inner = options_in(memory, options);
        inner.next_passphrase_file = options.passphrase_file;
        RotateOrder here = order;
        here.next = memory.path() / "next";
        here.out = memory.path() / "cross.pem";
        here.root.key.clear();
        make_stand_in(inner.folder, read_root(options.folder), read_new_passphrase(options.passphrase_file, kQuestion),
                      now);
        if (order.root.root.name.empty()) {
            make_folder(here.next, 0700);
            make_stand_in({here.next}, read_root({order.next}), read_new_passphrase(options.passphrase_file, kQuestion),
                          now);
        }
        hold_rotate(here, inner, now);
    }
    return end("rotate", options, now);
}

int rehearse_share(const ShareOptions& options, Time now) {
    begin("share");
    {
        const MemoryFolder memory;
        ShareOptions inner = options;
        inner.ceremony = options_in(memory, options.ceremony);
        const Certificate root = read_root(options.ceremony.folder);
        make_stand_in(inner.ceremony.folder, root,
                      read_new_passphrase(options.ceremony.passphrase_file,
                                          "a passphrase for the throw-away root, not the real one"),
                      now);
        hold_share(inner, now);
        inner.ceremony.passphrase_file.clear();
        const Path key = inner.ceremony.folder.key();
        static_cast<void>(PrivateKey::load(key, [&] { return read_root_passphrase(inner.ceremony, key); }));
        fmt::print("these shares open the throw-away root\n");
    }
    return end("share", options.ceremony, now);
}

}  // namespace halfday
