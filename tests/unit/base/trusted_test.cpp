#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "ca/base/file.hpp"
#include "ca/base/yaml.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

Error refusal_of(const Path& path) {
    return error_of([&] {
        require_roots_own(path);
        return 0;
    });
}

}  // namespace

TEST_CASE("configuration is trusted when it is root's and nobody else may write it") {
    CHECK_NOTHROW(require_roots_own("/etc/passwd"));
    CHECK_NOTHROW(require_roots_own("/etc"));
}

TEST_CASE("configuration that is missing, a symlink or a device is not trusted") {
    CHECK(refusal_of("/etc/halfday-none").kind() == ErrorKind::not_found);
    CHECK(refusal_of("/dev/null").kind() == ErrorKind::usage);
    const Error error = refusal_of("/proc/self/exe");
    CHECK(error.kind() == ErrorKind::usage);
    CHECK_THAT(error.hint(), Catch::Contains("not a symlink"));
}

TEST_CASE("configuration of another owner is refused with the command that mends it") {
    const TemporaryFolder folder;
    const Path path = folder / "halfday.yaml";
    write_new(path, "a: b\n");
    if (::geteuid() == 0) {
        REQUIRE(::chown(path.c_str(), 65534, 65534) == 0);
    }
    const Error error = refusal_of(path);
    CHECK(error.kind() == ErrorKind::usage);
    CHECK_THAT(error.what(), Catch::Contains("belongs to the user") && Catch::Contains(path.string()));
    CHECK(error.hint() == "chown root: '" + path.string() + "' && chmod go-w '" + path.string() + "'");
}

TEST_CASE("configuration that others may write is refused, and so is what is in their folder") {
    if (::geteuid() != 0) {
        WARN("only root can make root's files: skipped");
        return;
    }
    const TemporaryFolder folder;
    const Path path = folder / "halfday.yaml";
    write_new(path, "a: b\n", {.mode = 0644, .group = std::nullopt});
    CHECK_NOTHROW(require_roots_own(path));
    CHECK(read_trusted_yaml(path).need("a").text() == "b");
    for (const mode_t mode : {0664U, 0646U, 0666U}) {
        REQUIRE(::chmod(path.c_str(), mode) == 0);
        const Error error = refusal_of(path);
        CHECK(error.kind() == ErrorKind::usage);
        CHECK(error.hint() == "chmod go-w '" + path.string() + "'");
    }
    REQUIRE(::chmod(path.c_str(), 0644) == 0);
    REQUIRE(::chmod(folder.path().c_str(), 0777) == 0);
    CHECK(error_of([&] { return read_trusted_yaml(path); }).hint() == "chmod go-w '" + folder.path().string() + "'");
}
