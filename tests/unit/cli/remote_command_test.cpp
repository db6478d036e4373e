#include "cli/common/remote_command.hpp"

#include <catch2/catch.hpp>

#include "ca/base/error.hpp"

namespace halfday {

TEST_CASE("a word reaches another host's shell as it is, or not at all") {
    CHECK(remote_word("*.example.org") == "'*.example.org'");
    CHECK(remote_command({"init", "--probe", "[::1]:443", "ssh-ed25519 AAAA+/="}) ==
          "'init' '--probe' '[::1]:443' 'ssh-ed25519 AAAA+/='");
    for (const char* text :
         {"", "a'b", "$(id)", "a;b", "a\nb", "`id`", "a\\b", "~root", "a|b", "!x", "\xc3\xa4", "a\"b", "a#b"}) {
        INFO(text);
        CHECK_THROWS_AS(remote_word(text), Error);
    }
}

TEST_CASE("ssh's destination is none of its options, and no command") {
    for (const char* text : {"web1", "root@web1.example.org", "ssh://root@[2001:db8::1]:22"}) {
        CHECK(is_ssh_destination(text));
    }
    for (const char* text : {"", "-oProxyCommand=x", "web1 id", "web1;id", "ssh://a%h"})
        CHECK_FALSE(is_ssh_destination(text));
}

}  // namespace halfday
