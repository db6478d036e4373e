#include "ca/base/confine.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

constexpr std::uint64_t kReading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWriting = kReading | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                   LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                   LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER;
constexpr std::uint64_t kAll = kWriting | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                               LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                               LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
constexpr long kLeastVersion = 2;  // the first one lets nothing be renamed from one folder to another

[[noreturn]] void throw_cannot(const char* what) { throw_errno(what, errno); }

void allow(const FileDescriptor& rules, const NeededFolder& needed) {
    const FileDescriptor folder(::open(needed.path.c_str(), O_PATH | O_CLOEXEC));
    if (!folder) {
        if (errno == ENOENT) {
            return;
        }
        throw_cannot("cannot look at a folder that is needed later");
    }
    landlock_path_beneath_attr rule{};
    rule.allowed_access = needed.use == FolderUse::write ? kWriting : kReading;
    rule.parent_fd = folder.get();
    if (::syscall(SYS_landlock_add_rule, rules.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
        throw_cannot("cannot confine this process by Landlock");
    }
}

}  // namespace

bool confine_to_folders(const std::vector<NeededFolder>& needed) {
    if (::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) < kLeastVersion) {
        return false;
    }
    landlock_ruleset_attr handled{};
    handled.handled_access_fs = kAll;
    const FileDescriptor rules(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0)));
    if (!rules) {
        throw_cannot("cannot confine this process by Landlock");
    }
    for (const NeededFolder& folder : needed) {
        allow(rules, folder);
    }
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::syscall(SYS_landlock_restrict_self, rules.get(), 0) != 0) {
        throw_cannot("cannot confine this process by Landlock");
    }
    return true;
}

}  // namespace halfday
