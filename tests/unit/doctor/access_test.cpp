#include "ca/doctor/access.hpp"

#include <catch2/catch.hpp>

namespace halfday {

TEST_CASE("what could not be looked at is not called missing") {
    const std::vector<BoxFolder> expected{{"/a", 0755, "root", "root"}, {"/b", 0700, "x", "x"}};
    CHECK(judge_folders(expected, {}).empty());
    CHECK(judge_folders(expected,
                        {{.path = "/a", .mode = 0755, .user = "root", .group = "root", .kind = SeenFile::Kind::folder}})
              .empty());
    const Diagnoses missing = judge_folders(expected, {{.path = "/b"}});
    REQUIRE(missing.size() == 1);
    CHECK(missing[0].what == "there is no folder '/b'");
    CHECK(missing[0].run == "install -d -o x -g x -m 0700 /b");
}

TEST_CASE("a name that somebody gave a file in a service's folder reaches neither terminal nor command") {
    const OwnFolder folder{
        "/var/lib/halfday/distributor",
        "halfday-distributor",
        "it stops",
        {{.path = "/var/lib/halfday/distributor/$(id)\x1b[2J", .user = "root", .kind = SeenFile::Kind::file}}};
    const Diagnoses found = judge_own_folder(folder);
    REQUIRE(found.size() == 1);
    CHECK(found[0].what.find('\x1b') == std::string::npos);
    CHECK(found[0].run == "chown -hR halfday-distributor:halfday-distributor /var/lib/halfday/distributor");
}

TEST_CASE("root is not told to change a file that its owner could put a link in place of") {
    const OwnFolder folder{"/state",
                           "owner",
                           "it stops",
                           {{.path = "/state/key.pem",
                             .mode = 0644,
                             .user = "owner",
                             .kind = SeenFile::Kind::file,
                             .is_private_key = true}}};
    const Diagnoses found = judge_own_folder(folder);
    REQUIRE(found.size() == 1);
    CHECK(found[0].run == "runuser -u owner -- chmod 0600 /state/key.pem");
}

}  // namespace halfday
