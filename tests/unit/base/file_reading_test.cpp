#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <filesystem>
#include <fstream>

#include "ca/base/file.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using namespace halfday::test;
namespace fs = std::filesystem;

namespace {

void put(const Path& path, const std::string& content) { std::ofstream(path, std::ios::binary) << content; }

void put_socket(const Path& path) {
    const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.string().copy(address.sun_path, sizeof address.sun_path - 1) == path.string().size());
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

}  // namespace

TEST_CASE("a file is read whole up to the limit") {
    const TemporaryFolder folder;
    const std::string content = std::string("a\0b\n", 4) + std::string(100'000, 'x');
    put(folder / "file", content);
    CHECK(read_file(folder / "file", content.size()) == content);
    CHECK(read_file_if_there(folder / "file", content.size()) == content);
    CHECK(read_secret_file(folder / "file", content.size()).reveal() == content);
    put(folder / "empty", "");
    CHECK(read_file(folder / "empty", 0).empty());
    CHECK(read_secret_file(folder / "empty", 0).empty());
}

TEST_CASE("what is no regular file of bounded size is corrupt, and does not block") {
    const TemporaryFolder folder;
    put(folder / "large", "12345");
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    put_socket(folder / "socket");
    const Path cases[] = {folder / "large", folder / "fifo", folder / "socket", folder.path(), "/dev/zero"};
    for (const Path& path : cases) {
        CAPTURE(path);
        CHECK(error_of([&] { return read_file(path, 4); }).kind() == ErrorKind::corrupt);
        CHECK(error_of([&] { return read_file_if_there(path, 4); }).kind() == ErrorKind::corrupt);
        CHECK(error_of([&] { return read_secret_file(path, 4); }).kind() == ErrorKind::corrupt);
    }
    CHECK(message_of([&] { return read_file(folder / "large", 4); }) ==
          "'" + (folder / "large").string() + "' is larger than 4 bytes");
}

TEST_CASE("a file that is missing is not found, or nothing where that is fine") {
    const TemporaryFolder folder;
    CHECK(error_of([&] { return read_file(folder / "none", 4); }).kind() == ErrorKind::not_found);
    CHECK(error_of([&] { return read_secret_file(folder / "none", 4); }).kind() == ErrorKind::not_found);
    CHECK(read_file_if_there(folder / "none", 4) == std::nullopt);
}

TEST_CASE("below a foreign folder a plain file is read, and a missing one is nothing") {
    const TemporaryFolder folder;
    fs::create_directory(folder / "web1.example.org");
    put(folder / "web1.example.org" / "www.jws", "request");
    CHECK(read_beneath(folder.path(), "web1.example.org/www.jws", 7) == "request");
    CHECK(read_beneath(folder.path(), "web1.example.org/mail.jws", 7) == std::nullopt);
    CHECK(read_beneath(folder.path(), "web2.example.org/www.jws", 7) == std::nullopt);
    CHECK(error_of([&] { return read_beneath(folder / "none", "www.jws", 7); }).kind() == ErrorKind::not_found);
}

TEST_CASE("below a foreign folder everything else is refused, without its content") {
    const TemporaryFolder outer;
    put(outer / "outside", "secret");
    const Path folder = outer / "spool";
    fs::create_directories(folder / "sub");
    put(folder / "file", "secret");
    put(folder / "large", "secrets");
    put(folder / "linked", "secret");
    fs::create_hard_link(folder / "linked", folder / "other");
    fs::create_symlink("file", folder / "symlink");
    fs::create_symlink("../outside", folder / "way out");
    fs::create_symlink("sub", folder / "symlinked sub");
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    put_socket(folder / "socket");

    struct Case {
        std::string relative;
        std::string fault;
    };
    const std::string unreadable = "is not a file that may be read there";
    const Case cases[] = {
        {"large", "is larger than 6 bytes"},
        {"linked", "has more than one link"},
        {"fifo", "is not a regular file"},
        {"sub", "is not a regular file"},
        {"symlink", unreadable},
        {"way out", unreadable},
        {"symlinked sub/file", unreadable},
        {"socket", unreadable},
        {"file/below", unreadable},
        {"../outside", unreadable},
        {"sub/../../outside", unreadable},
        {(outer / "outside").string(), unreadable},
        {std::string(300, 'a'), unreadable},
    };
    for (const Case& c : cases) {
        CAPTURE(c.relative);
        const Error error = error_of([&] { return read_beneath(folder, c.relative, 6); });
        CHECK(error.kind() == ErrorKind::corrupt);
        CHECK_THAT(error.what(), Catch::EndsWith(c.fault));
        CHECK_THAT(error.what(), !Catch::Contains("secret"));
    }
    CHECK(error_of([] { return read_beneath("/dev", "null", 6); }).kind() == ErrorKind::corrupt);
}
