#include "distribute/receive/rollback.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/error_of.hpp"
#include "tests/unit/receive/web_host.hpp"

namespace halfday::test {
namespace {

using std::chrono::hours;

/// 'a' was live, and 'b', which ends an hour later, is.
void deliver_two(const WebHost& host) {
    static_cast<void>(host.visit());
    static_cast<void>(host.deliver(host.chain('a')));
    static_cast<void>(host.deliver(host.chain('b', kNow + hours{1}), kNow + hours{1}));
    REQUIRE(host.live() == serial('b').hex());
}

}  // namespace

TEST_CASE("to go back to is the newest valid version that ends before the live one") {
    struct Case {
        const char* when;
        std::vector<StoredVersion> versions;
        std::optional<std::string> chosen;
    };
    const Time live = kNow + hours{8};
    const Case one = GENERATE_COPY(values<Case>({
        {"there is none but the live one", {{"live", live}}, std::nullopt},
        {"there are two", {{"old", kNow + hours{1}}, {"newer", kNow + hours{4}}, {"live", live}}, "newer"},
        {"one was given up before, and is newer", {{"later", live + hours{4}}, {"live", live}, {"old", kNow}}, "old"},
        {"it was issued in the same second", {{"live", live}, {"old", live}}, "old"},
        {"the old one has expired", {{"old", kNow - Seconds{1}}, {"live", live}}, std::nullopt},
        {"the old one is incomplete", {{"old", std::nullopt}, {"live", live}}, std::nullopt},
    }));
    CAPTURE(one.when);
    CHECK(newest_before(one.versions, {"live", live}, kNow) == one.chosen);
}

TEST_CASE("going back by hand is told by the next receipt, and not undone by the next visit") {
    const WebHost host;
    deliver_two(host);
    const RolledBack rolled = roll_back_by_hand(host.receiver, entry("www"), kNow + hours{1});
    CHECK(rolled.end.outcome == Outcome::proved);
    CHECK(host.live() == serial('a').hex());
    CHECK(host.reloads().back() == serial('a').hex());
    const Receipt receipt = host.receipt(host.visit(kNow + hours{1}));
    CHECK(receipt.outcome == Outcome::rolled_back);
    CHECK(receipt.attempted == serial('b').hex());
    CHECK(receipt.serving == serial('a').hex());
    CHECK(receipt.reason == "by hand, on the host");
    CHECK(receipt.proved_at == kNow + hours{1});
    CHECK_THAT(message_of([&] { return roll_back_by_hand(host.receiver, entry("www"), kNow + hours{1}); }),
               Catch::Contains("has no older certificate"));
}

TEST_CASE("going back that breaks the web server's configuration is undone") {
    const WebHost host;
    deliver_two(host);
    host.spoil('a');
    CHECK(roll_back_by_hand(host.receiver, entry("www"), kNow + hours{1}).end.outcome == Outcome::rolled_back);
    CHECK(host.live() == serial('b').hex());
    CHECK(host.receipt(host.visit(kNow + hours{1})).outcome == Outcome::proved);
}

TEST_CASE("going back waits for what was cut short") {
    const WebHost host;
    deliver_two(host);
    write_journal(host.receiver.places, entry("www"),
                  {JournalEntry::Direction::forward, serial('b'), serial('a'), false, ""});
    CHECK_THAT(message_of([&] { return roll_back_by_hand(host.receiver, entry("www"), kNow + hours{1}); }),
               Catch::Contains("was cut short, and is finished now: proved"));
    CHECK(host.live() == serial('b').hex());
    CHECK(roll_back_by_hand(host.receiver, entry("www"), kNow + hours{1}).end.outcome == Outcome::proved);
}

TEST_CASE("an entry that is not granted, or has nothing live, can't go back") {
    const WebHost host;
    CHECK_THAT(message_of([&] { return plan_rollback(host.receiver, entry("api"), kNow); }),
               Catch::Contains("is not granted here"));
    CHECK_THAT(message_of([&] { return plan_rollback(host.receiver, entry("www"), kNow); }),
               Catch::Contains("no certificate of 'www' is live"));
}

}  // namespace halfday::test
