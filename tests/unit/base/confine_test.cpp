#include "ca/base/confine.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <thread>

#include "ca/base/error.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/in_child.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

int error_of_opening(const Path& path, int flags) {
    const FileDescriptor file(::open(path.c_str(), flags | O_CLOEXEC, 0600));
    return file ? 0 : errno;
}

bool kernel_has_it() {
    return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 2;
}

/// Three folders with a file each, confined to "write" and to reading "read".
int fault_when_confined(const TemporaryFolder& folder) {
    if (!confine_to_folders({{folder / "write", FolderUse::write},
                             {folder / "read", FolderUse::read},
                             {folder / "missing", FolderUse::write}})) {
        return 1;
    }
    replace_file(folder / "write" / "file", "new");
    std::filesystem::create_directory(folder / "write" / "below");
    if (::rename((folder / "write" / "file").c_str(), (folder / "write" / "below" / "file").c_str()) != 0) {
        return 2;
    }
    if (read_file(folder / "read" / "file", 10) != "old") {
        return 3;
    }
    if (error_of_opening(folder / "read" / "file", O_WRONLY) != EACCES ||
        error_of_opening(folder / "read" / "other", O_WRONLY | O_CREAT) != EACCES) {
        return 4;
    }
    if (error_of_opening(folder / "no" / "file", O_RDONLY) != EACCES) {
        return 5;
    }
    int error = 0;
    std::thread([&] { error = error_of_opening(folder / "no" / "file", O_RDONLY); }).join();
    return error == EACCES ? 0 : 6;
}

}  // namespace

TEST_CASE("a confined process writes, reads and renames where it said, and opens nothing else") {
    if (!kernel_has_it()) {
        WARN("this kernel has no Landlock");
        return;
    }
    const TemporaryFolder folder;
    for (const char* name : {"write", "read", "no"}) {
        make_folder(folder / name, 0700);
        write_new(folder / name / "file", "old");
    }
    CHECK(error_of_opening(folder / "no" / "file", O_RDONLY) == 0);
    CHECK(in_child([&] { return fault_when_confined(folder); }) == 0);
}
