#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>

#include "ca/base/file.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/in_child.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

/// A process that holds the lock until it is killed.
class Holder {
   public:
    explicit Holder(const Path& path) {
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        child_ = ::fork();
        if (child_ == 0) {
            const FileLock lock = FileLock::acquire(path, "halfday-issuer", 0);
            static_cast<void>(!::write(ends[1], "x", 1));
            for (;;) {
                ::pause();
            }
        }
        ::close(ends[1]);
        char byte = 0;
        const ssize_t got = ::read(ends[0], &byte, 1);
        ::close(ends[0]);
        REQUIRE(got == 1);
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    ~Holder() { end(); }

    [[nodiscard]] pid_t pid() const { return child_; }
    void end() {
        if (child_ > 0) {
            ::kill(child_, SIGKILL);
            ::waitpid(child_, nullptr, 0);
            child_ = -1;
        }
    }

   private:
    pid_t child_ = -1;
};

}  // namespace

TEST_CASE("a lock that is held names its holder, and dies with it") {
    const TemporaryFolder folder;
    const Path path = folder / "lock";
    Holder holder(path);
    const Error error = error_of([&] { return FileLock::acquire(path, "second", 0); });
    CHECK(error.kind() == ErrorKind::io);
    CHECK(std::string(error.what()) ==
          "'" + path.string() + "' is held by 'halfday-issuer' (process " + std::to_string(holder.pid()) + ")");
    CHECK_FALSE(error.hint().empty());
    holder.end();
    CHECK_NOTHROW(FileLock::acquire(path, "second", 0));
}

TEST_CASE("a lock is waited for as long as patience lasts") {
    const TemporaryFolder folder;
    const Path path = folder / "lock";
    const Holder holder(path);
    const auto begin = std::chrono::steady_clock::now();
    CHECK_THROWS_AS(FileLock::acquire(path, "second", 1), Error);
    CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::seconds{1});
}

TEST_CASE("a lock is free again when its object is gone, and its file is its user's alone") {
    const TemporaryFolder folder;
    const Path path = folder / "lock";
    { const FileLock first = FileLock::acquire(path, "a program with a long name", 0); }
    const FileLock second = FileLock::acquire(path, "short", 0);
    CHECK(read_file(path, 100) == std::to_string(::getpid()) + " short\n");
    CHECK(std::filesystem::status(path).permissions() ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    FileLock moved = FileLock::acquire(folder / "other", "short", 0);
    const FileLock owner = std::move(moved);
    CHECK_THROWS_AS(FileLock::acquire(folder / "other", "short", 0), Error);
}

TEST_CASE("what a lock file says is shown escaped, and a symlink is no lock") {
    const TemporaryFolder folder;
    const Path path = folder / "lock";
    const FileLock lock = FileLock::acquire(path, "a\x1b[31m", 0);
    CHECK_THAT(message_of([&] { return FileLock::acquire(path, "b", 0); }), Catch::Contains("'a\\x1b[31m'"));
    std::filesystem::create_symlink("free", folder / "symlink");
    CHECK_THROWS_AS(FileLock::acquire(folder / "symlink", "b", 0), Error);
}

TEST_CASE("a full disk keeps nobody from locking") {
    const TemporaryFolder folder;
    CHECK(in_child([&] {
              ::signal(SIGXFSZ, SIG_IGN);
              const rlimit nothing{0, 0};
              ::setrlimit(RLIMIT_FSIZE, &nothing);
              const FileLock lock = FileLock::acquire(folder / "lock", "a", 0);
              return 0;
          }) == 0);
}
