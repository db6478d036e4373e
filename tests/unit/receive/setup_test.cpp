#include "distribute/receive/setup.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

#include "distribute/receive/input.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/receive/web_host.hpp"

namespace halfday::test {
namespace {

const std::string kKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZvb2Jhcmbvb2Jhcmbvb2Jhcmbvb2Jhcmbvb2Jh";

}  // namespace

TEST_CASE("a public SSH key is its first two words") {
    CHECK(parse_ssh_key(kKey + " halfday@issuer\n") == kKey);
    CHECK(parse_ssh_key("  " + kKey) == kKey);
    const std::string text =
        GENERATE("", "ssh-ed25519", "command=\"sh\" ssh-ed25519 AAAA", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA",
                 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5\"AAAAIGZvb2Jhcmbvb2Jhcmbvb2Jhcm", "ssh-ed25519 short",
                 "ssh-\"x\" AAAAC3NzaC1lZDI1NTE5AAAAIGZvb2Jhcmbvb2Jhcmbvb2Jhcm");
    CAPTURE(text);
    CHECK(error_of([&] { return parse_ssh_key(text); }).kind() == ErrorKind::usage);
}

TEST_CASE("the distributor's key can do nothing but serve") {
    CHECK(authorized_keys_line("/usr/bin/halfday-receiver", {}, kKey) ==
          "restrict,command=\"/usr/bin/halfday-receiver serve\" " + kKey + " halfday-distributor");
    CHECK(authorized_keys_line("/opt/r", {"/tmp/e", "/tmp/s"}, kKey) ==
          "restrict,command=\"/opt/r serve --etc /tmp/e --state /tmp/s\" " + kKey + " halfday-distributor");
    CHECK(authorized_keys_line("/opt/r", {}, kKey, "192.0.2.7,2001:db8::/64") ==
          "restrict,from=\"192.0.2.7,2001:db8::/64\",command=\"/opt/r serve\" " + kKey + " halfday-distributor");
    const std::string path = GENERATE("/opt/a b", "/opt/$HOME", "/opt/a\"b", "/opt/a;b", "/opt/a'b");
    CHECK_THROWS_AS(authorized_keys_line(path, {}, kKey), Error);
    CHECK_THROWS_AS(authorized_keys_line("/opt/r", {path, "/tmp/s"}, kKey), Error);
}

TEST_CASE("where the distributor's key is taken from is a list of patterns and can't end the option") {
    for (const char* good : {"192.0.2.7", "192.0.2.0/24,!192.0.2.9", "*.example.org", "2001:db8::1"}) {
        CHECK(parse_from(good) == good);
    }
    for (const char* bad : {"", "a\"", "a b", "a\nssh-ed25519", "a\\"}) {
        CHECK_THROWS_AS(parse_from(bad), Error);
    }
}

TEST_CASE("the state is made once, and its identity is never replaced") {
    const TemporaryFolder folder;
    const ReceiverPlaces places{folder / "etc", folder.path()};
    const PublicKey identity = make_state(places);
    CHECK(identity.algorithm() == "Ed25519");
    CHECK(make_state(places) == identity);
    struct stat status {};
    REQUIRE(::stat(places.identity().c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
}

TEST_CASE("a configuration that is there is never changed") {
    const WebHost host;
    const ReceiverPlaces places{host.folder / "new", host.folder / "state"};
    Grants grants = host.receiver.grants;
    write_configuration(places, grants, host.receiver.roots.front());
    write_configuration(places, grants, host.receiver.roots.front());
    CHECK(parse_grants(read_file(places.grants(), 10'000), places.grants(), places.etc).host == grants.host);
    grants.max_lifetime = Lifetime{std::chrono::hours{1}};
    CHECK_THAT(message_of([&] {
                   write_configuration(places, grants, host.receiver.roots.front());
                   return 0;
               }),
               Catch::Contains("is there already and says something else"));
}

TEST_CASE("an input is read to its end, within a limit and a time") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    FileDescriptor reader(ends[0]);
    FileDescriptor writer(ends[1]);
    REQUIRE(::write(writer.get(), "12345", 5) == 5);
    SECTION("its end comes") {
        writer = FileDescriptor();
        CHECK(read_to_end(reader.get(), 5, std::chrono::seconds{5}) == "12345");
    }
    SECTION("it is too long") {
        CHECK_THAT(message_of([&] { return read_to_end(reader.get(), 4, std::chrono::seconds{5}); }),
                   Catch::Contains("longer than 4 bytes"));
    }
    SECTION("its end does not come") {
        CHECK_THAT(message_of([&] { return read_to_end(reader.get(), 5, std::chrono::milliseconds{50}); }),
                   Catch::Contains("has not come to its end in time"));
    }
}

TEST_CASE("sudo is granted for the very commands of the grants, and nothing that could be read as more") {
    const std::string yaml =
        "host: web1.example.org\ncertificates:\n  www:\n    names: [www.example.org]\n    server: command\n"
        "    install: [sudo, -n, -u, caddy, /usr/local/bin/take-it]\n    test: [sudo, -n, /usr/sbin/nginx, -t, -c, "
        "\"/etc/a, ALL=*\"]\n"
        "    reload: [/opt/prove, \"25\", /usr/bin/sudo, -n, /usr/bin/timeout, \"10\", /usr/sbin/nginx, -s, reload]\n";
    const Grants grants = parse_grants(yaml, "receiver.yaml", "/etc/halfday");
    CHECK(sudoers_lines(grants, "halfday-receiver") ==
          "halfday-receiver ALL=(caddy) NOPASSWD: /usr/local/bin/take-it \"\"\n"
          "halfday-receiver ALL=(root) NOPASSWD: /usr/bin/timeout 10 /usr/sbin/nginx -s reload\n"
          "halfday-receiver ALL=(root) NOPASSWD: /usr/sbin/nginx -t -c /etc/a\\,\\ ALL\\=\\*\n");
}

TEST_CASE("what sudo would take for a comment or for any arguments is neither") {
    const auto lines_of = [](const std::string& install) {
        const std::string yaml =
            "host: web1.example.org\ncertificates:\n  www:\n    names: [www.example.org]\n"
            "    server: command\n    install: " +
            install + "\n";
        return sudoers_lines(parse_grants(yaml, "receiver.yaml", "/etc/halfday"), "u");
    };
    CHECK(lines_of("[sudo, -n, /opt/take]") == "u ALL=(root) NOPASSWD: /opt/take \"\"\n");
    CHECK(lines_of("[sudo, -n, /opt/take, \"#1\", now]") == "u ALL=(root) NOPASSWD: /opt/take \\#1 now\n");
    for (const char* refused : {"[sudo, /opt/take, \"a\\nu ALL=ALL\"]", "[sudo, /opt/take, \"^.*$\"]"}) {
        INFO(refused);
        CHECK_THAT(message_of([&] { return lines_of(refused); }), Catch::Contains("can't stand in sudoers"));
    }
}

TEST_CASE("a distributor's new line takes the old one's place, and other keys stay") {
    const std::string old_line = authorized_keys_line("/usr/bin/halfday-receiver", {}, kKey);
    const std::string line = authorized_keys_line("/usr/local/bin/halfday-receiver", {}, kKey);
    const std::string other = "ssh-ed25519 AAAA an admin's\n";
    CHECK(authorized_keys_with("", line) == line + "\n");
    CHECK(authorized_keys_with(old_line + "\n" + other, line) == other + line + "\n");
    CHECK(authorized_keys_with(other + line, line) == other + line + "\n");
    const std::string from_line = authorized_keys_line("/usr/local/bin/halfday-receiver", {}, kKey, "192.0.2.7");
    CHECK(authorized_keys_with(from_line + "\n" + other, line) == other + from_line + "\n");
    const std::string from_anywhere = authorized_keys_line("/usr/local/bin/halfday-receiver", {}, kKey, "*");
    CHECK(authorized_keys_with(from_line + "\n", from_anywhere) == from_anywhere + "\n");
    CHECK(authorized_keys_without(other + line + "\n") == other);
    CHECK(authorized_keys_without("ssh-ed25519 AAAA x") == "ssh-ed25519 AAAA x\n");
}

}  // namespace halfday::test
