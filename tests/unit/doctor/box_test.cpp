#include "ca/doctor/box.hpp"

#include <catch2/catch.hpp>

namespace halfday {
namespace {

using namespace std::chrono_literals;

constexpr Time kNow{Seconds{1'800'000'000}};
constexpr std::uint64_t kGibi = 1024ULL * 1024 * 1024;

std::vector<std::string> whats(const Diagnoses& found) {
    std::vector<std::string> all;
    for (const Diagnosis& each : found) {
        CHECK_FALSE(each.why.empty());
        CHECK_FALSE(each.run.empty());
        all.push_back((each.severity == Severity::problem ? "problem: " : "warning: ") + each.what);
    }
    return all;
}

using Whats = std::vector<std::string>;

UnitProperties unit(const std::string& id, UnitProperties more) {
    more.emplace("Id", id);
    more.emplace("LoadState", "loaded");
    return more;
}

std::vector<UnitProperties> units_as_shipped() {
    return {unit("halfday.timer", {{"ActiveState", "active"}, {"UnitFileState", "enabled"}}),
            unit("halfday-issuer.service",
                 {{"Result", "success"}, {"LimitCORE", "0"}, {"PrivateNetwork", "yes"}, {"User", "halfday-issuer"}}),
            unit("halfday-distributor.service",
                 {{"Result", "success"}, {"LimitCORE", "0"}, {"User", "halfday-distributor"}})};
}

StartFacts systemd() { return {.has_systemd = true, .units = units_as_shipped()}; }

SeenUser user(const std::string& name, uid_t uid) {
    return {.name = name, .is_there = true, .uid = uid, .shell = "/usr/sbin/nologin", .groups = {name, "halfday"}};
}

}  // namespace

TEST_CASE("what starts the cycles: the timer, enabled, or cron, and not both") {
    CHECK(judge_starts(systemd()).empty());
    CHECK(judge_starts({.cron_files = {"/etc/cron.d/halfday"}}).empty());
    CHECK(whats(judge_starts({})) == Whats{"problem: nothing starts the cycles"});

    StartFacts facts = systemd();
    facts.units[0]["ActiveState"] = "inactive";
    CHECK(whats(judge_starts(facts)) == Whats{"problem: nothing starts the cycles"});
    CHECK(judge_starts(facts)[0].run == "systemctl enable --now halfday.timer");
    facts = systemd();
    facts.units[0]["UnitFileState"] = "disabled";
    CHECK(whats(judge_starts(facts)) == Whats{"warning: halfday.timer is started, and not enabled"});
    facts = systemd();
    facts.cron_files = {"/etc/cron.d/halfday"};
    CHECK(whats(judge_starts(facts)) == Whats{"warning: halfday.timer and '/etc/cron.d/halfday' both start cycles"});
}

TEST_CASE("what a drop-in took from the units is told, and a run that failed") {
    StartFacts facts = systemd();
    facts.units[1]["LimitCORE"] = "infinity";
    facts.units[1]["PrivateNetwork"] = "no";
    facts.units[2]["User"] = "root";
    CHECK(whats(judge_starts(facts)) ==
          Whats{"warning: halfday-issuer.service has LimitCORE=infinity, not 0",
                "warning: halfday-issuer.service has PrivateNetwork=no, not yes",
                "warning: halfday-distributor.service has User=root, not halfday-distributor"});
    facts = systemd();
    facts.units[1]["Result"] = "timeout";
    CHECK(whats(judge_starts(facts)) == Whats{"problem: halfday-issuer.service failed (timeout)"});
    CHECK(judge_starts(facts)[0].run == "journalctl -u halfday-issuer.service -e");
}

TEST_CASE("a clock that nobody keeps, that is behind what was issued, or that most of the hosts contradict") {
    CHECK(judge_clock({.now = kNow}).empty());
    CHECK(judge_clock({.now = kNow, .is_synchronized = true, .newest_issued = kNow, .skews = {1s, -2s, 3h}}).empty());
    CHECK(whats(judge_clock({.now = kNow, .is_synchronized = false})) ==
          Whats{"warning: no time service keeps this box's clock"});
    CHECK(judge_clock({.now = kNow, .newest_issued = kNow + 6min}).size() == 1);
    CHECK(judge_clock({.now = kNow, .skews = {1h, 1h}}).empty());
    CHECK(judge_clock({.now = kNow, .skews = {1h, 1h, 0s, 0s}}).empty());
    CHECK(judge_clock({.now = kNow, .skews = {1h, -1h, 1h, -1h}}).empty());
    CHECK(whats(judge_clock({.now = kNow, .skews = {-1h, -2h, 0s}})) ==
          Whats{"problem: the clocks of 2 of 3 hosts are behind this box's"});
}

TEST_CASE("a file system with little room is told once, by what stops without it") {
    const auto room = [](std::uint64_t free_bytes, std::uint64_t free_inodes, std::uint64_t inodes = 1'000'000) {
        return Room{"/var/lib/halfday/issuer", "nothing is issued", free_bytes, 10 * kGibi, free_inodes, inodes};
    };
    CHECK(judge_room({room(kGibi, 500'000)}).empty());
    CHECK(judge_room({room(kGibi, 0, 0)}).empty());
    CHECK(whats(judge_room({room(kGibi / 4, 500'000), room(kGibi / 4, 500'000)})) ==
          Whats{"warning: where '/var/lib/halfday/issuer' is, 256 of 10240 MiB are free"});
    CHECK(whats(judge_room({room(0, 500'000)})) ==
          Whats{"problem: where '/var/lib/halfday/issuer' is, 0 of 10240 MiB are free"});
    CHECK(whats(judge_room({room(kGibi, 7)})) ==
          Whats{"problem: where '/var/lib/halfday/issuer' is, 7 of 1000000 inodes are free"});
    CHECK(judge_room({room(0, 7)})[0].why == "without room nothing is issued");
}

TEST_CASE("a backup is wanted once there is something to lose, and every week") {
    CHECK(judge_backup({}, kNow).empty());
    CHECK(judge_backup({.made = kNow - 6 * 24h, .issues = true}, kNow).empty());
    CHECK(whats(judge_backup({.made = kNow - 8 * 24h, .issues = true}, kNow)) ==
          Whats{"warning: the newest backup is 8 d old"});
    CHECK(judge_backup({.issues = true}, kNow).size() == 1);
}

TEST_CASE("the services' users are two, are in group halfday, and are nobody's equals") {
    const SeenUser issuer = user("halfday-issuer", 101);
    const SeenUser distributor = user("halfday-distributor", 102);
    CHECK(judge_users(issuer, distributor).empty());
    CHECK(whats(judge_users({.name = "halfday-issuer"}, distributor)) ==
          Whats{"problem: there is no user 'halfday-issuer'"});
    CHECK(whats(judge_users(issuer, user("halfday-distributor", 101))) ==
          Whats{"problem: 'halfday-issuer' and 'halfday-distributor' are one user"});
    CHECK(whats(judge_users(user("halfday-issuer", 0), distributor)) ==
          Whats{"problem: the user 'halfday-issuer' is root"});
}

}  // namespace halfday
