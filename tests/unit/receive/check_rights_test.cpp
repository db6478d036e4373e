#include "distribute/receive/check_rights.hpp"

#include <catch2/catch.hpp>

namespace halfday::test {

TEST_CASE("a login shell that runs nothing keeps the distributor out") {
    CHECK(judge_shell("/bin/sh", "halfday-receiver").empty());
    CHECK(judge_shell("/bin/bash", "halfday-receiver").empty());
    for (const char* shell : {"/usr/sbin/nologin", "/bin/false"}) {
        const auto findings = judge_shell(shell, "halfday-receiver");
        REQUIRE(findings.size() == 1);
        CHECK(findings.front().level == Finding::Level::wrong);
        CHECK(findings.front().hint == "usermod -s /bin/sh halfday-receiver");
    }
}

TEST_CASE("sudo is asked about the very command and user that a grant names") {
    CHECK(question_for_sudo({"sudo", "-n", "-u", "caddy", "/usr/bin/timeout", "10", "/usr/bin/caddy"}) ==
          Argv{"sudo", "-n", "-l", "-n", "-u", "caddy", "/usr/bin/timeout", "10", "/usr/bin/caddy"});
    CHECK(question_for_sudo({"/usr/bin/caddy", "reload"}).empty());
    CHECK(question_for_sudo({}).empty());
}

}  // namespace halfday::test
