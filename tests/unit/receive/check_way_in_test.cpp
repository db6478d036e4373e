#include "distribute/receive/check_way_in.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/unit/temporary_folder.hpp"

namespace halfday::test {
namespace {

const std::string kLine =
    "restrict,command=\"/usr/bin/halfday-receiver serve\" ssh-ed25519 AAAAC3NzaC1 halfday-distributor";

struct Case {
    const char* description;
    std::string text;
    std::vector<std::string> places;
};

const Case kCases[] = {
    {"what init prints", kLine + "\n", {}},
    {"with from=", "restrict,from=\"192.0.2.7,ssh-gate.example.org\"," + kLine.substr(9) + "\n", {}},
    {"nothing, a comment, an empty line", "\n# ours:\n  \n" + kLine, {}},
    {"the public key alone", "ssh-ed25519 AAAAC3NzaC1 halfday-distributor\n", {"/keys:1"}},
    {"no restrict", kLine.substr(9) + "\n", {"/keys:1"}},
    {"no command", "restrict " + kLine.substr(kLine.find("ssh-")) + "\n", {"/keys:1"}},
    {"the words in the comment", "ssh-ed25519 AAAAC3NzaC1 restrict,command=\"\"\n", {"/keys:1"}},
    {"another key besides", kLine + "\necdsa-sha2-nistp256 AAAA admin\n", {"/keys:2"}},
};

}  // namespace

TEST_CASE("a key that could do more than run the receiver is found in authorized_keys") {
    for (const Case& one : kCases) {
        INFO(one.description);
        const std::vector<Finding> findings = judge_authorized_keys(one.text, "/keys");
        REQUIRE(findings.size() == one.places.size());
        for (std::size_t at = 0; at < findings.size(); ++at) {
            CHECK(findings[at].what == one.places[at] + ": this key could do more than run the receiver");
            CHECK(findings[at].level == Finding::Level::wrong);
            CHECK(findings[at].hint.find("--in-place") != std::string::npos);
        }
    }
}

TEST_CASE("a disk with room for deliveries is no finding") {
    const TemporaryFolder folder;
    CHECK(check_room(folder.path()).empty());
    CHECK(check_room(folder.path() / "not-there").empty());
}

}  // namespace halfday::test
