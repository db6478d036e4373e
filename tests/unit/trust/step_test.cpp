#include "distribute/trust/step.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/error_of.hpp"

namespace halfday::test {
namespace {

Command command(std::vector<std::string> argv, std::string input = "") {
    Command made;
    made.argv = std::move(argv);
    made.input = std::move(input);
    return made;
}

}  // namespace

TEST_CASE("a step is told as a person would type it") {
    struct Case {
        Step step;
        std::string told;
    };
    const Case cases[] = {
        {PlaceFile{"/etc/anchors/halfday-1.pem", "PEM"}, "install -m 644 'my root.pem' /etc/anchors/halfday-1.pem"},
        {DropFile{"/etc/anchors/it's.crt"}, "rm '/etc/anchors/it'\\''s.crt'"},
        {command({"update-ca-certificates", "--fresh"}), "update-ca-certificates --fresh"},
        {command({"certutil", "-d", "sql:/home/a b", "-t", "C,,", "-n", ""}, "PEM"),
         "certutil -d 'sql:/home/a b' -t C,, -n '' <'my root.pem'"},
        {command({"certutil", "-n", "$(reboot)\n\x1b[2J"}), R"(certutil -n $'$(reboot)\012\033[2J')"},
    };
    for (const Case& each : cases) CHECK(describe(each.step, "my root.pem") == each.told);
}

TEST_CASE("a command that fails says what it said") {
    CHECK(run_or_throw(command({"cat"}, "what it was told")) == "what it was told");
    CHECK_THROWS_WITH(run_or_throw(command({"sh", "-c", "echo no such store >&2; exit 7"})),
                      "'sh -c 'echo no such store >&2; exit 7'' ended with 7: 'no such store'");
    Command slow = command({"sleep", "60"});
    slow.deadline = std::chrono::milliseconds{20};
    CHECK_THROWS_WITH(run_or_throw(slow), "'sleep 60' did not end in time");
    CHECK_THROWS_WITH(take(command({"halfday-no-such-program"})), Catch::Contains("no such program"));
}

}  // namespace halfday::test
