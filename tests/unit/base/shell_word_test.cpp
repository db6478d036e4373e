#include "ca/base/shell_word.hpp"

#include <catch2/catch.hpp>

using namespace halfday;

TEST_CASE("a path is one word of a command line, whatever is in it") {
    CHECK(shell_word("/var/lib/halfday/issuer") == "/var/lib/halfday/issuer");
    CHECK(shell_word("/tmp/$(id) x") == "'/tmp/$(id) x'");
    CHECK(shell_word("/tmp/it's") == "'/tmp/it'\\''s'");
    CHECK(shell_word("/tmp/a\nb\x9b") == R"($'/tmp/a\012b\233')");
    CHECK(shell_word("it's \\ \x1b") == R"($'it\047s \134 \033')");
    CHECK(shell_word("") == "''");
    CHECK(shell_line({"rm", "-r", "a b"}) == "rm -r 'a b'");
}
