#include "ca/base/file.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "tests/unit/error_of.hpp"
#include "tests/unit/in_child.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using namespace halfday::test;
namespace fs = std::filesystem;

namespace {

struct stat status_of(const Path& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status;
}

mode_t mode_of(const Path& path) { return status_of(path).st_mode & 07777U; }

/// Lets this process write no file longer than `bytes`: a full disk in a child.
void limit_files(rlim_t bytes) {
    const rlimit limit{bytes, bytes};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

Path g_folder;               // for the signal's handler
mode_t g_mode_at_write = 0;  // the mode of the one hidden file in it while the write went on

void note_mode(int /*signal*/) {
    for (const auto& entry : fs::directory_iterator(g_folder)) {
        struct stat status {};
        if (entry.path().filename().string().starts_with(".") && ::lstat(entry.path().c_str(), &status) == 0) {
            g_mode_at_write = status.st_mode & 07777U;
        }
    }
}

}  // namespace

TEST_CASE("write_new makes a file with exactly the access that was asked for") {
    const TemporaryFolder folder;
    for (const mode_t mode : {0600U, 0640U, 0644U, 0444U}) {
        const Path path = folder / std::to_string(mode);
        write_new(path, "content", {.mode = mode, .group = ::getegid()});
        CHECK(read_file(path, 100) == "content");
        CHECK(mode_of(path) == mode);
        CHECK(status_of(path).st_gid == ::getegid());
    }
    CHECK(folder.count() == 4);
}

TEST_CASE("write_new overwrites nothing: no file, no folder, no symlink") {
    const TemporaryFolder folder;
    write_new(folder / "file", "old");
    fs::create_directory(folder / "folder");
    fs::create_symlink("elsewhere", folder / "dangling");
    for (const std::string name : {"file", "folder", "dangling"}) {
        CAPTURE(name);
        const Error error = error_of([&] {
            write_new(folder / name, "new");
            return 0;
        });
        CHECK(error.kind() == ErrorKind::io);
        CHECK_THAT(error.what(), Catch::Contains("exists already"));
    }
    CHECK(read_file(folder / "file", 100) == "old");
    CHECK_FALSE(fs::exists(folder / "elsewhere"));
    CHECK(folder.count() == 3);
}

TEST_CASE("replace_file puts the new content and access in place of the old") {
    const TemporaryFolder folder;
    const Path path = folder / "key.pem";
    replace_file(path, "first", {.mode = 0644, .group = std::nullopt});
    replace_file(path, "second");
    CHECK(read_file(path, 100) == "second");
    CHECK(mode_of(path) == 0600);
    replace_file(path, "", {.mode = 0640, .group = std::nullopt});
    CHECK(read_file(path, 100).empty());
    CHECK(mode_of(path) == 0640);
    CHECK(folder.count() == 1);
}

TEST_CASE("replace_file replaces a symlink, not what it points to") {
    const TemporaryFolder folder;
    write_new(folder / "target", "old");
    fs::create_symlink("target", folder / "link");
    replace_file(folder / "link", "new");
    CHECK(read_file(folder / "target", 100) == "old");
    CHECK_FALSE(fs::is_symlink(folder / "link"));
}

TEST_CASE("a file name as long as a folder takes can be written") {
    const TemporaryFolder folder;
    const Path path = folder / std::string(255, 'a');
    write_new(path, "content");
    replace_file(path, "again");
    CHECK(read_file(path, 100) == "again");
}

TEST_CASE("a writer that fails leaves the old content and nothing beside") {
    const TemporaryFolder folder;
    write_new(folder / "old", "old");
    const int status = in_child([&] {
        ::signal(SIGXFSZ, SIG_IGN);
        limit_files(4);
        const auto fails = [](auto write) {
            try {
                write();
            } catch (const Error& error) {
                return error.kind() == ErrorKind::io && std::string(error.what()).ends_with("File too large");
            }
            return false;
        };
        return fails([&] { replace_file(folder / "old", "longer"); }) &&
                       fails([&] { write_new(folder / "new", "longer"); })
                   ? 0
                   : 1;
    });
    CHECK(status == 0);
    CHECK(read_file(folder / "old", 100) == "old");
    CHECK(folder.count() == 1);
}

TEST_CASE("a file has its final mode before its first byte") {
    const TemporaryFolder folder;
    const int status = in_child([&] {
        g_folder = folder.path();
        ::signal(SIGXFSZ, note_mode);
        limit_files(0);
        ::umask(0);
        try {
            replace_file(folder / "key.pem", "secret", {.mode = 0440, .group = std::nullopt});
        } catch (const Error&) {
            return g_mode_at_write == 0440 ? 0 : 1;
        }
        return 2;
    });
    CHECK(status == 0);
}

TEST_CASE("the writers say what could not be written") {
    const TemporaryFolder folder;
    const Path path = folder / "missing" / "file";
    for (const auto write : {write_new, replace_file}) {
        const Error error = error_of([&] {
            write(path, "content", {});
            return 0;
        });
        CHECK(error.kind() == ErrorKind::io);
        CHECK(std::string(error.what()) == "cannot write '" + path.string() + "': No such file or directory");
    }
}

TEST_CASE("removing a file may be done twice") {
    const TemporaryFolder folder;
    write_new(folder / "file", "content");
    remove_file(folder / "file");
    CHECK_NOTHROW(remove_file(folder / "file"));
    CHECK(folder.count() == 0);
    fs::create_directory(folder / "folder");
    CHECK(error_of([&] {
              remove_file(folder / "folder");
              return 0;
          }).kind() == ErrorKind::io);
}

TEST_CASE("what killed writers left goes, and nothing else") {
    const TemporaryFolder folder;
    for (const char* name : {".halfday-7-00ff", ".halfday-x", "halfday-7", ".hidden", "www.key"}) {
        write_new(folder / name, "a key");
    }
    make_folder(folder / ".halfday-folder", 0755);
    std::filesystem::create_symlink("www.key", folder / ".halfday-link");
    remove_leftovers(folder.path());
    remove_leftovers(folder.path());
    CHECK(folder.count() == 4);
    for (const char* name : {".halfday-folder", "halfday-7", ".hidden", "www.key"}) {
        CHECK(std::filesystem::exists(folder / name));
    }
    remove_leftovers(folder / "none");
    remove_leftovers(folder / "www.key");
}

TEST_CASE("what a killed writer leaves is a leftover") {
    const TemporaryFolder folder;
    CHECK(in_child([&] {
              limit_files(100);  // the kernel ends who writes more
              replace_file(folder / "www.key", std::string(200, 'k'));
              return 0;
          }) == -1);
    REQUIRE(folder.count() == 1);
    remove_leftovers(folder.path());
    CHECK(folder.count() == 0);
}

TEST_CASE("a folder gets exactly its mode when it is made, and keeps the one that it has") {
    const TemporaryFolder folder;
    CHECK(in_child([&] {
              ::umask(077);
              make_folder(folder / "made", 02775);
              return 0;
          }) == 0);
    CHECK(mode_of(folder / "made") == 02775);
    make_folder(folder / "made", 0700);
    CHECK(mode_of(folder / "made") == 02775);

    write_new(folder / "file", "content");
    for (const Path& path : {folder / "file", folder / "missing" / "deep"}) {
        CHECK(error_of([&] {
                  make_folder(path, 0700);
                  return 0;
              }).kind() == ErrorKind::io);
    }
}

TEST_CASE("a descriptor has one owner") {
    FileDescriptor first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int number = first.get();
    FileDescriptor second(std::move(first));
    CHECK_FALSE(first);  // NOLINT(bugprone-use-after-move): the promise that is tested
    CHECK(second.get() == number);
    { const FileDescriptor last(std::move(second)); }
    CHECK(::fcntl(number, F_GETFD) == -1);
}

TEST_CASE("many files are replaced at once, whole and with their access, and nothing is left in the staging folder") {
    const TemporaryFolder folder;
    const mode_t before = ::umask(077);
    write_new(folder / "old", "old content");
    CHECK(replace_files(folder / "staging", {{folder / "old", "new content"}, {folder / "made" / "file", "content"}},
                        {.mode = 0644, .group = std::nullopt}, 0755)
              .empty());
    ::umask(before);
    CHECK(read_file(folder / "old", 100) == "new content");
    CHECK(read_file(folder / "made" / "file", 100) == "content");
    CHECK(mode_of(folder / "old") == 0644);
    CHECK(mode_of(folder / "made") == 0755);
    CHECK(mode_of(folder / "staging") == 0700);
    CHECK(fs::is_empty(folder / "staging"));
}

TEST_CASE("a file that can't be put into place is told, and the others are") {
    const TemporaryFolder folder;
    make_folder(folder / "taken", 0700);
    const auto left = replace_files(folder / "staging",
                                    {{folder / "one", "1"},
                                     {folder / "taken", "2"},
                                     {folder / "no" / "such" / "folder", "3"},
                                     {folder / "four", "4"}},
                                    {}, 0700);
    CHECK(left == std::vector<std::size_t>{1, 2});
    CHECK(read_file(folder / "one", 10) == "1");
    CHECK(read_file(folder / "four", 10) == "4");
    CHECK(fs::is_empty(folder / "staging"));
}

TEST_CASE("when the disk is full, none of many files is replaced") {
    const TemporaryFolder folder;
    write_new(folder / "one", "old");
    CHECK(in_child([&] {
              std::signal(SIGXFSZ, SIG_IGN);
              limit_files(10);
              const Error error = error_of([&] {
                  static_cast<void>(replace_files(folder / "staging",
                                                  {{folder / "one", "new"}, {folder / "two", "more than ten bytes"}},
                                                  {}, 0700));
              });
              return error.kind() == ErrorKind::io ? 0 : 1;
          }) == 0);
    CHECK(read_file(folder / "one", 10) == "old");
    CHECK(fs::is_empty(folder / "staging"));
}
