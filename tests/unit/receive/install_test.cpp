#include "distribute/receive/install.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "distribute/receive/web_server.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/receive/web_host.hpp"

namespace halfday::test {
namespace {

using std::chrono::hours;
using Direction = JournalEntry::Direction;

Site site(const WebHost& host, Time now = kNow) { return {host.receiver.places, host.grant(), now}; }

Installed install(const Site& site, const Chain& chain, const PrivateKey& key) {
    return have_served({prepare(site, chain, key)}).front();
}

std::optional<Installed> finish_cut_short(const Site& site) {
    const std::optional<Flip> flip = cut_short(site);
    return flip ? std::optional(have_served({*flip}).front()) : std::nullopt;
}

/// Version 'a' is installed and live; version 'b' is written, and `change` puts the journal and the link as a crash
/// left them.
template <class Change>
std::optional<Installed> after_crash(const WebHost& host, JournalEntry journal, Change change) {
    static_cast<void>(install(site(host), host.chain('a'), host.world.leaf_key));
    write_version(host.receiver.places, host.grant(), host.chain('b'), host.world.leaf_key);
    journal.to = serial('b');
    journal.from = serial('a');
    change();
    write_journal(host.receiver.places, host.grant().entry, journal);
    return finish_cut_short(site(host));
}

void flip(const WebHost& host, char last) { flip_live(host.receiver.places, host.grant().entry, serial(last)); }

bool has_journal(const WebHost& host) { return read_journal(host.receiver.places, host.grant().entry).has_value(); }

mode_t mode_of(const Path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("after the flip, what follows is a rule") {
    struct Case {
        const char* when;
        Attempt attempt;
        Next next;
    };
    const Seconds long_left = hours{7};
    const Case one = GENERATE_COPY(values<Case>({
        {"it is served", {true, false, true, true, true, true, long_left}, Next::proved},
        {"it is served whatever the reload said", {true, false, false, true, true, true, long_left}, Next::proved},
        {"the test was broken before and still is", {false, true, true, true, false, true, long_left}, Next::keep},
        {"the new pair breaks the test", {false, false, true, true, false, true, long_left}, Next::take_back},
        {"the new pair breaks the test, and there is no old one",
         {false, false, true, true, false, false, {}},
         Next::take_back},
        {"it is not served, and the old one was", {true, false, true, true, false, true, long_left}, Next::roll_back},
        {"the old one has a cycle left", {true, false, true, true, false, true, kCycle}, Next::roll_back},
        {"the old one has less", {true, false, true, true, false, true, kCycle - Seconds{1}}, Next::keep},
        {"there is no old one", {true, false, true, true, false, false, {}}, Next::keep},
        {"the server was down before", {true, false, false, true, false, false, long_left}, Next::keep},
        {"there is no probe, and the reload worked", {true, false, true, false, false, false, {}}, Next::proved},
        {"there is no probe, and the reload failed",
         {true, false, false, false, false, false, long_left},
         Next::roll_back},
        {"there is no probe nor an old one, and the reload failed",
         {true, false, false, false, false, false, {}},
         Next::keep},
    }));
    CAPTURE(one.when);
    CHECK(next_step(one.attempt) == one.next);
}

TEST_CASE("an installed version is live as a whole, with the modes that root set, and its web server took it") {
    const WebHost host;
    const Installed installed = install(site(host), host.chain('a'), host.world.leaf_key);
    CHECK(installed.outcome == Outcome::proved);
    CHECK(host.live() == serial('a').hex());
    const Path live = host.receiver.places.live_of(host.grant().entry);
    CHECK(parse_chain(read_file(live / kFullChainFile, 100'000)).size() == 2);
    CHECK(PrivateKey::load(live / kPrivateKeyFile).public_key() == host.world.leaf_key.public_key());
    CHECK(read_file(live / kCombinedFile, 100'000) ==
          read_file(live / kFullChainFile, 100'000) + read_file(live / kPrivateKeyFile, 100'000));
    CHECK(mode_of(live / kPrivateKeyFile) == 0600);
    CHECK(mode_of(live / kCombinedFile) == 0600);
    CHECK(mode_of(live / kFullChainFile) == 0644);
    CHECK(mode_of(live) == 0755);
    CHECK(host.reloads() == std::vector<std::string>{serial('a').hex()});
    CHECK_FALSE(has_journal(host));
}

TEST_CASE("mode and group of the key's files survive every renewal") {
    WebHost host;
    if (::getuid() != 0) return;
    Grant grant = host.grant();
    grant.key_mode = 0640;
    grant.key_group = "daemon";
    for (const char last : {'a', 'b'}) {
        static_cast<void>(install({host.receiver.places, grant, kNow}, host.chain(last), host.world.leaf_key));
        struct stat status {};
        const Path live = host.receiver.places.live_of(grant.entry);
        for (const char* file : {kPrivateKeyFile, kCombinedFile}) {
            REQUIRE(::stat((live / file).c_str(), &status) == 0);
            CHECK((status.st_mode & 07777) == 0640);
            CHECK(status.st_gid == group_of(grant));
        }
    }
}

TEST_CASE("a key that does not match never comes near the web server") {
    const WebHost host;
    CHECK_THAT(message_of([&] { return install(site(host), host.chain('a'), new_key()); }),
               Catch::Contains("are no pair"));
    CHECK(host.live() == "none");
    CHECK(host.reloads().empty());
}

TEST_CASE("a configuration that was broken before is not reloaded, and its own line is told") {
    const WebHost host;
    static_cast<void>(install(site(host), host.chain('a'), host.world.leaf_key));
    host.set("test_fails");
    const Installed installed = install(site(host), host.chain('b'), host.world.leaf_key);
    CHECK(installed.outcome == Outcome::unproved);
    CHECK_THAT(installed.reason,
               Catch::Contains("broken here") && !Catch::Contains("aside") && Catch::Contains("ends in 11 h 29 min"));
    CHECK(host.live() == serial('b').hex());
    CHECK(host.reloads().size() == 1);
    host.unset("test_fails");
    CHECK(prove_again({{site(host), *read_live(host.receiver.places, host.grant().entry)}}).front().outcome ==
          Outcome::proved);
    CHECK(host.reloads().size() == 2);
}

TEST_CASE("a new pair that breaks the configuration is taken back without a reload") {
    const WebHost host;
    SECTION("to the old one") {
        static_cast<void>(install(site(host), host.chain('a'), host.world.leaf_key));
        host.spoil('b');
        const Installed installed = install(site(host), host.chain('b'), host.world.leaf_key);
        CHECK(installed.outcome == Outcome::rolled_back);
        CHECK_THAT(installed.reason, Catch::Contains("bad pair"));
        CHECK(host.live() == serial('a').hex());
        CHECK(host.reloads().size() == 1);
    }
    SECTION("to nothing, where there was nothing") {
        host.spoil('b');
        CHECK(install(site(host), host.chain('b'), host.world.leaf_key).outcome == Outcome::failed);
        CHECK(host.live() == "none");
    }
    CHECK_FALSE(has_journal(host));
}

TEST_CASE("a reload that fails is rolled back only where the old pair has a cycle left") {
    const WebHost host;
    static_cast<void>(install(site(host), host.chain('a'), host.world.leaf_key));
    host.set("reload_fails");
    SECTION("it has: both reloads fail, and that is said") {
        const Installed installed = install(site(host), host.chain('b'), host.world.leaf_key);
        CHECK(installed.outcome == Outcome::failed);
        CHECK_THAT(installed.reason, Catch::Contains("no reload") && Catch::Contains("not served either"));
        CHECK(host.live() == serial('a').hex());
        CHECK(host.reloads() == std::vector<std::string>{serial('a').hex(), serial('b').hex(), serial('a').hex()});
    }
    SECTION("it has not: the new one stays") {
        const Installed installed =
            install(site(host, kNow + hours{8}), host.chain('b', kNow + hours{8}), host.world.leaf_key);
        CHECK(installed.outcome == Outcome::unproved);
        CHECK(host.live() == serial('b').hex());
    }
    CHECK_FALSE(has_journal(host));
}

TEST_CASE("what a crash left is finished or undone, as far as it had come") {
    const WebHost host;
    SECTION("before the flip: undone, and nothing is said of it") {
        CHECK_FALSE(after_crash(host, {}, [] {}));
        CHECK(host.live() == serial('a').hex());
        CHECK(host.reloads().size() == 1);
    }
    SECTION("after the flip: finished") {
        const auto installed = after_crash(host, {}, [&] { flip(host, 'b'); });
        REQUIRE(installed);
        CHECK(installed->outcome == Outcome::proved);
        CHECK(installed->attempted == serial('b'));
        CHECK(host.live() == serial('b').hex());
        CHECK(host.reloads().back() == serial('b').hex());
    }
    SECTION("after the flip of a pair that breaks the test: taken back") {
        const auto installed = after_crash(host, {}, [&] {
            flip(host, 'b');
            host.spoil('b');
        });
        REQUIRE(installed);
        CHECK(installed->outcome == Outcome::rolled_back);
        CHECK(host.live() == serial('a').hex());
    }
    SECTION("in a test that fails without it too: not reloaded") {
        const auto installed = after_crash(host, {}, [&] {
            flip(host, 'b');
            host.set("test_fails");
        });
        REQUIRE(installed);
        CHECK(installed->outcome == Outcome::unproved);
        CHECK(host.live() == serial('b').hex());
    }
    SECTION("on the way back, before the flip or after it: back") {
        const char at = GENERATE('a', 'b');
        JournalEntry journal;
        journal.direction = Direction::back;
        journal.reason = "not served";
        const auto installed = after_crash(host, journal, [&] { flip(host, at); });
        REQUIRE(installed);
        CHECK(installed->outcome == Outcome::rolled_back);
        CHECK(installed->reason == "not served");
        CHECK(installed->attempted == serial('b'));
        CHECK(host.live() == serial('a').hex());
        CHECK(host.reloads().back() == serial('a').hex());
    }
    CHECK_FALSE(has_journal(host));
    CHECK_FALSE(finish_cut_short(site(host)));
}

TEST_CASE("a journal is read as it was written, and a damaged one is said") {
    const WebHost host;
    JournalEntry journal{Direction::back, serial('b'), serial('a'), true, "a \"reason\"\n"};
    write_journal(host.receiver.places, entry("www"), journal);
    CHECK(read_journal(host.receiver.places, entry("www")) == journal);
    journal.reason = std::string(100'000, '\1');
    write_journal(host.receiver.places, entry("www"), journal);
    CHECK(read_journal(host.receiver.places, entry("www"))->reason == std::string(1000, '\1'));
    replace_file(host.receiver.places.journal_of(entry("www")), "{");
    CHECK_THAT(message_of([&] { return read_journal(host.receiver.places, entry("www")); }),
               Catch::Contains("is damaged"));
}

TEST_CASE("old versions go when they have expired, but for the live one and the newest beside it") {
    struct Case {
        const char* when;
        std::vector<StoredVersion> versions;
        std::vector<std::string> outdated;
    };
    const Time past = kNow - Seconds{1};
    const Case one = GENERATE_COPY(values<Case>({
        {"all are valid", {{"a", kNow}, {"b", kNow}, {"live", kNow}}, {}},
        {"one has expired", {{"a", past}, {"b", kNow}, {"live", kNow}}, {"a"}},
        {"all but the live one have", {{"a", past - hours{1}}, {"b", past}, {"live", kNow}}, {"a"}},
        {"all have", {{"b", past}, {"a", past - hours{1}}, {"live", past - hours{2}}}, {"a"}},
        {"one is incomplete", {{"a", std::nullopt}, {"live", kNow}}, {"a"}},
        {"the live one is alone", {{"live", past}}, {}},
    }));
    CAPTURE(one.when);
    CHECK(outdated(one.versions, "live", kNow) == one.outdated);
}

TEST_CASE("expired versions are deleted from disk with their keys") {
    const WebHost host;
    for (const char last : {'a', 'b', 'c'}) {
        static_cast<void>(install(site(host), host.chain(last), host.world.leaf_key));
    }
    delete_outdated(host.receiver.places, entry("www"), kNow + hours{13});
    const Path versions = host.receiver.places.versions_of(entry("www"));
    CHECK(std::filesystem::exists(versions / serial('c').hex()));
    CHECK(std::distance(std::filesystem::directory_iterator(versions), {}) == 2);
}

TEST_CASE("the line that says most is no warning") {
    CHECK(telling_line("", "nginx: [warn] old\nnginx: [emerg] bad\nnginx: test failed\n") == "nginx: [emerg] bad");
    CHECK(telling_line("", "{\"level\":\"info\",\"ts\":1}\nError: adapting config\n") == "Error: adapting config");
    CHECK(telling_line("", "[NOTICE] (1) : version\n[ALERT] (1) : bad\n") == "[ALERT] (1) : bad");
    CHECK(telling_line("", "sudo: unable to resolve host web: no name\nnginx: [emerg] bad\n") == "nginx: [emerg] bad");
    CHECK(telling_line("", "AH: error on line 1:\nInvalid command\nmore\n") == "AH: error on line 1: Invalid command");
    CHECK(telling_line("out\n", "") == "out");
    CHECK(telling_line("", "\n \n[warn] only\n") == "[warn] only");
    CHECK(telling_line("", "\x1b[31mred\n") == "\\x1b[31mred");
    CHECK(telling_line("", "").empty());
}

}  // namespace halfday::test
