#include "ca/exchange/notification.hpp"

#include <catch2/catch.hpp>

namespace halfday {
namespace {

using namespace std::chrono_literals;
using What = Notification::What;

constexpr Time kNow{Seconds{1'800'000'000}};
constexpr Seconds kCycle = 15min;

Reason warning(const std::string& key) { return {key, key, Health::warning}; }
Reason critical(const std::string& key) { return {key, key, Health::critical}; }

FleetRow row(const std::string& host, Health health, const std::string& problem) {
    return {.host = HostName::parse(host),
            .entry = EntryName::parse("www"),
            .health = health,
            .serving = {},
            .not_after = kNow + 5h,
            .proved_at = {},
            .proved_by = {},
            .due_at = {},
            .skew = {},
            .problem = problem};
}

/// A fleet's troubles over time, and what people hear of them.
class Watch {
   public:
    What cycle(const std::vector<Reason>& reasons, Seconds later = kCycle) {
        now_ += later;
        Notification notification = notification_for(reasons, parse_known_reasons(to_json(known_)), now_);
        known_ = notification.known;
        return notification.what;
    }

   private:
    Time now_ = kNow;
    std::vector<KnownReason> known_;
};

}  // namespace

TEST_CASE("what is critical is told at once, and then once a day for as long as it lasts") {
    Watch watch;
    CHECK(watch.cycle({}) == What::nothing);
    CHECK(watch.cycle({critical("a")}) == What::trouble);
    for (int cycles = 1; cycles < 96; ++cycles) CHECK(watch.cycle({critical("a")}) == What::nothing);
    CHECK(watch.cycle({critical("a")}) == What::trouble);
    CHECK(watch.cycle({critical("a")}) == What::nothing);
}

TEST_CASE("a warning is told when it has stood for half an hour, and one that passes is not") {
    Watch watch;
    CHECK(watch.cycle({warning("a")}) == What::nothing);
    CHECK(watch.cycle({}) == What::nothing);
    CHECK(watch.cycle({warning("b")}, 2h) == What::nothing);
    CHECK(watch.cycle({warning("b")}) == What::nothing);
    CHECK(watch.cycle({warning("b")}) == What::trouble);
    CHECK(watch.cycle({warning("b"), warning("c")}) == What::nothing);
    CHECK(watch.cycle({warning("b"), warning("c")}, 30min) == What::trouble);
}

TEST_CASE("another reason is told, and one that goes away is not, until all that was told is over") {
    Watch watch;
    CHECK(watch.cycle({critical("a")}) == What::trouble);
    CHECK(watch.cycle({critical("a"), critical("b")}) == What::trouble);
    CHECK(watch.cycle({critical("b")}) == What::nothing);
    CHECK(watch.cycle({}) == What::nothing);
    CHECK(watch.cycle({}) == What::nothing);
    CHECK(watch.cycle({}) == What::nothing);
    CHECK(watch.cycle({}) == What::over);
    CHECK(watch.cycle({}) == What::nothing);
    CHECK(watch.cycle({critical("a")}) == What::trouble);
}

TEST_CASE("what comes and goes is one trouble, told once a day") {
    Watch watch;
    int told = 0;
    for (int cycle = 0; cycle < 96; ++cycle) {
        const What what = watch.cycle(cycle % 3 == 0 ? std::vector{critical("a")} : std::vector<Reason>{});
        CHECK(what != What::over);
        told += what == What::trouble ? 1 : 0;
    }
    CHECK(told == 1);
}

TEST_CASE("a clock that was set back lets nothing be silent for longer") {
    Watch watch;
    CHECK(watch.cycle({critical("a")}) == What::trouble);
    CHECK(watch.cycle({critical("a")}, -72h) == What::trouble);
    CHECK(watch.cycle({critical("a")}) == What::nothing);
}

TEST_CASE("a reason stays the same when only its times and spans change, and another host's is another") {
    Fleet fleet;
    const auto keys = [&](const std::vector<std::string>& steps = {}) {
        std::vector<std::string> all;
        for (const Reason& reason : reasons_of(fleet, steps)) all.push_back(reason.key);
        return all;
    };
    fleet.problems = {"halfday-issuer last ran 2 h 5 min ago", "issuing ends in 13 d: hold a ceremony"};
    const auto before = keys();
    fleet.problems = {"halfday-issuer last ran 3 d ago", "issuing ends in 12 d 2 h: hold a ceremony"};
    CHECK(keys() == before);
    fleet.problems = {"the clock says 2026-11-25T17:00:00Z, but …"};
    const auto clock = keys();
    fleet.problems = {"the clock says 2026-11-25T17:15:00Z, but …"};
    CHECK(keys() == clock);

    fleet.problems = {};
    fleet.rows = {row("web1.example.org", Health::warning, "its renewal is overdue since 2026-11-25T17:00:00Z"),
                  row("web2.example.org", Health::fine, "")};
    const auto web1 = keys();
    CHECK(web1.size() == 1);
    fleet.rows[0] = row("web2.example.org", Health::warning, "its renewal is overdue since 2026-11-25T17:00:00Z");
    CHECK(keys() != web1);
    CHECK(keys({"halfday-issuer issue ended with status 1"}).size() == 2);
}

TEST_CASE("people read how much is wrong, how long there is, each thing, and where to look") {
    Fleet fleet;
    fleet.rows = {row("web1.example.org", Health::critical, "rolled back: no\\x0a")};
    fleet.first_dark = kNow + 5h;
    const auto reasons = reasons_of(fleet, {});
    const std::string text = notification_text("issuer1", What::trouble, reasons, fleet.first_dark, kNow);
    CHECK(
        text.starts_with("halfday on issuer1: 1 thing is wrong; the first host goes dark in 5 h\n\n"
                         "web1.example.org/www: rolled back: no\\x0a; it serves a certificate until "));
    CHECK_THAT(text, Catch::Contains("halfday status --why HOST"));

    const std::vector<Reason> many(80, critical("x"));
    CHECK_THAT(
        notification_text("issuer1", What::trouble, many, std::nullopt, kNow),
        Catch::Contains("80 things are wrong; no host serves a certificate") && Catch::Contains("… and 30 more\n"));
    CHECK(notification_text("issuer1", What::over, {}, std::nullopt, kNow) ==
          "halfday on issuer1: what was wrong is over\n");
}

}  // namespace halfday
