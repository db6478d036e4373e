#include "ca/base/new_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/error_of.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using namespace halfday::test;

TEST_CASE("a new file appears whole, private, and never in place of another") {
    const TemporaryFolder folder;
    const Path path = folder / "new";
    {
        const NewFile dropped(path);
        CHECK(folder.count() == 1);
    }
    CHECK(folder.count() == 0);

    NewFile file(path);
    REQUIRE(::write(file.descriptor().get(), "content", 7) == 7);
    CHECK_FALSE(std::filesystem::exists(path));
    file.put_into_place();
    CHECK(read_file(path, 100) == "content");
    CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::all) == std::filesystem::perms(0600));
    CHECK(folder.count() == 1);

    CHECK(error_of([&] { return NewFile(path).descriptor().get(); }).kind() == ErrorKind::io);
    const Path other = folder / "other";
    NewFile late(other);
    std::filesystem::create_symlink("/nonexistent", other);
    CHECK(message_of([&] {
              late.put_into_place();
              return 0;
          }).find("exists already") != std::string::npos);
    CHECK(std::filesystem::is_symlink(other));
}
