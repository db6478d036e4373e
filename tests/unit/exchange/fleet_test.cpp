#include "ca/exchange/fleet.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "ca/x509/key.hpp"

namespace halfday {
namespace {

using namespace std::chrono_literals;

const Time kNow = Time{} + std::chrono::hours{500'000};
const HostName kHost = HostName::parse("web1.example.org");
const EntryName kEntry = EntryName::parse("www");

Inventory inventory_of(const std::vector<std::string>& hosts) {
    Inventory inventory;
    for (const std::string& host : hosts) {
        inventory.hosts.push_back(Host{HostName::parse(host),
                                       SshReach{"halfday-receiver", host, 22},
                                       PrivateKey::generate(KeyAlgorithm::parse("Ed25519")).public_key(),
                                       {Entry{kEntry, {DnsName::parse("www.example.org")}}}});
    }
    return inventory;
}

IssuedEntry issued_entry() {
    return {.host = kHost,
            .entry = kEntry,
            .serial = "aa",
            .issued_at = kNow - 1h,
            .not_after = kNow + 10h,
            .due_at = kNow + 3h,
            .refused = {},
            .refused_request = {}};
}

IssuerSnapshot issuer_snapshot() {
    return {.at = kNow - 1min,
            .root = "f",
            .root_not_after = kNow + std::chrono::days{3000},
            .intermediate_not_after = kNow + std::chrono::days{30},
            .problem = {},
            .entries = {issued_entry()}};
}

DistributorSnapshot distributor_snapshot() {
    return {.at = kNow - 1min,
            .hosts = {{.host = kHost, .reached_at = kNow - 1min, .problem = {}, .skew = 0s}},
            .entries = {{.host = kHost,
                         .entry = kEntry,
                         .outcome = Outcome::proved,
                         .reason = {},
                         .attempted = "aa",
                         .serving = "aa",
                         .not_after = kNow + 10h,
                         .proved_at = kNow - 1h}}};
}

struct Case {
    std::string promise;
    std::function<void(IssuerSnapshot&, DistributorSnapshot&)> change;
    Health row;
    Health fleet;
    std::string problem;  // of the row
};

TEST_CASE("an entry's health is what is served, and what stands in the way of the next") {
    const std::vector<Case> cases{
        {"all well", [](auto&, auto&) {}, Health::fine, Health::fine, ""},
        {"a renewal overdue for more than an hour", [](auto& i, auto&) { i.entries[0].due_at = kNow - 1h - 1s; },
         Health::warning, Health::warning, "its renewal is overdue since " + format_time(kNow - 1h - 1s)},
        {"less than a fourth of its life left", [](auto&, auto& d) { d.entries[0].not_after = kNow + 11h / 4 - 1s; },
         Health::critical, Health::critical, ""},
        {"a certificate of 4 h is fine with 3 h left",
         [](auto& i, auto& d) { i.entries[0].not_after = d.entries[0].not_after = kNow + 3h; }, Health::fine,
         Health::fine, ""},
        {"installed and never proved", [](auto&, auto& d) { d.entries[0].proved_at.reset(); }, Health::critical,
         Health::critical, ""},
        {"expired", [](auto&, auto& d) { d.entries[0].not_after = kNow - 1s; }, Health::critical, Health::critical, ""},
        {"a clock 5 min ahead", [](auto&, auto& d) { d.hosts[0].skew = 5min; }, Health::fine, Health::fine, ""},
        {"a clock further ahead", [](auto&, auto& d) { d.hosts[0].skew = 5min + 1s; }, Health::warning, Health::warning,
         "its clock is 5 min ahead of this box's"},
        {"a clock behind, and a refused request for it",
         [](auto& i, auto& d) {
             d.hosts[0].skew = -2h;
             i.entries[0].refused = "it has expired";
         },
         Health::warning, Health::warning, "request refused: it has expired; its clock is 2 h behind this box's"},
        {"unreachable", [](auto&, auto& d) { d.hosts[0].problem = "timed\nout"; }, Health::warning, Health::warning,
         "timed\\x0aout"},
        {"rolled back",
         [](auto&, auto& d) {
             d.entries[0].outcome = Outcome::rolled_back;
             d.entries[0].reason = "old serial";
         },
         Health::warning, Health::warning, "rolled_back: old serial"},
        {"refused by the host",
         [](auto&, auto& d) {
             d.entries[0].outcome = Outcome::refused;
             d.entries[0].reason = "'x' is not among";
         },
         Health::warning, Health::warning, "refused: 'x' is not among"},
        {"its host finds something wrong",
         [](auto&, auto& d) { d.entries[0].findings = "warning: tickets\nwrong: mode \x1b"; }, Health::warning,
         Health::warning, "warning: tickets; wrong: mode \\x1b"},
        {"its host warns, and all is well", [](auto&, auto& d) { d.entries[0].findings = "warning: tickets"; },
         Health::fine, Health::fine, "warning: tickets"},
        {"request refused", [](auto& i, auto&) { i.entries[0].refused = "no such name"; }, Health::warning,
         Health::warning, "request refused: no such name"},
        {"nothing served", [](auto&, auto& d) { d.entries.clear(); }, Health::critical, Health::critical,
         "issued, not delivered yet"},
        {"issuer failed", [](auto& i, auto&) { i.problem = "disk full"; }, Health::fine, Health::critical, ""},
        {"issuer silent for two hours", [](auto& i, auto&) { i.at = kNow - 2h; }, Health::fine, Health::warning, ""},
        {"a snapshot from the future",
         [](auto& i, auto& d) {
             i.at = kNow + 5min;
             d.at = kNow + 5min + 1s;
         },
         Health::fine, Health::warning, ""},
        {"intermediate ends in 13 days",
         [](auto& i, auto&) { i.intermediate_not_after = kNow + std::chrono::days{13}; }, Health::fine, Health::warning,
         ""},
        {"intermediate ends in 3 days", [](auto& i, auto&) { i.intermediate_not_after = kNow + std::chrono::days{3}; },
         Health::fine, Health::warning, ""},
        {"intermediate ends in less",
         [](auto& i, auto&) { i.intermediate_not_after = kNow + std::chrono::days{3} - 1s; }, Health::fine,
         Health::critical, ""},
        {"the root ends in a year", [](auto& i, auto&) { i.root_not_after = kNow + std::chrono::days{365}; },
         Health::fine, Health::warning, ""},
        {"intermediate ends in an hour", [](auto& i, auto&) { i.intermediate_not_after = kNow + 1h; }, Health::fine,
         Health::critical, ""},
    };
    const Inventory inventory = inventory_of({"web1.example.org"});
    for (const Case& each : cases) {
        INFO(each.promise);
        IssuerSnapshot issuer = issuer_snapshot();
        DistributorSnapshot distributor = distributor_snapshot();
        each.change(issuer, distributor);
        const Fleet fleet = join_fleet(inventory, issuer, distributor, kNow);
        REQUIRE(fleet.rows.size() == 1);
        CHECK(fleet.rows[0].health == each.row);
        CHECK(fleet.rows[0].problem == each.problem);
        CHECK(fleet.health == each.fleet);
    }
}

TEST_CASE("a fleet without snapshots says that nothing has run") {
    const Fleet fleet = join_fleet(inventory_of({"web1.example.org"}), {}, {}, kNow);
    CHECK(fleet.problems ==
          std::vector<std::string>{"halfday-issuer has not run yet; see 'halfday check', then 'halfday run'",
                                   "halfday-distributor has not run yet; see 'halfday check', then 'halfday run'"});
    CHECK(fleet.rows[0].problem == "nothing issued yet");
    CHECK_FALSE(fleet.first_dark);
}

TEST_CASE("the most urgent entry is first, and hosts that left the inventory are not shown") {
    DistributorSnapshot distributor = distributor_snapshot();
    distributor.entries.push_back(distributor.entries[0]);
    distributor.entries.back().host = HostName::parse("gone.example.org");
    const Fleet fleet =
        join_fleet(inventory_of({"web1.example.org", "web2.example.org"}), issuer_snapshot(), distributor, kNow);
    REQUIRE(fleet.rows.size() == 2);
    CHECK(fleet.rows[0].host.text() == "web2.example.org");
    CHECK(fleet.first_dark == kNow + 10h);
    CHECK(fleet.last_key_ends == kNow + 10h);
}

TEST_CASE("what a host says of its certificate's end counts no longer than a certificate of ours can live") {
    struct Row {
        const char* what;
        const char* serving;
        Time said;
        Time counts;
    };
    const Time end_of_9999 = Time{Seconds{253402300799}};
    const Row rows[] = {
        {"the newest, as it is", "aa", kNow + 10h, kNow + 10h},
        {"the newest, made longer", "aa", end_of_9999, kNow + 10h},
        {"the newest, made shorter", "aa", kNow + 1h, kNow + 1h},
        {"another", "bb", kNow + 20h, kNow + 20h},
        {"another, made longer", "bb", end_of_9999, kNow + 24h},
        {"none", "", end_of_9999, kNow + 24h},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        DistributorSnapshot distributor = distributor_snapshot();
        distributor.entries[0].serving = row.serving;
        distributor.entries[0].not_after = row.said;
        const Fleet fleet = join_fleet(inventory_of({"web1.example.org"}), issuer_snapshot(), distributor, kNow);
        CHECK(fleet.rows[0].not_after == row.counts);
        CHECK(fleet.first_dark == row.counts);
        CHECK(fleet.last_key_ends == std::max(row.counts, kNow + 10h));
    }
}

TEST_CASE("a snapshot from the future is told as a clock that was wrong") {
    DistributorSnapshot distributor = distributor_snapshot();
    distributor.at = kNow + 2h;
    CHECK(join_fleet(inventory_of({"web1.example.org"}), issuer_snapshot(), distributor, kNow).problems ==
          std::vector<std::string>{"this box's clock says " + format_time(kNow) +
                                   ", and halfday-distributor ran last at " + format_time(kNow + 2h) +
                                   ", which is later: compare it with one that you trust, and set it (timedatectl "
                                   "set-ntp true); docs/runbooks/clock-wrong.md"});
}

TEST_CASE(
    "by a clock that is a day behind no ceremony is called for, and both times are told, also after a run by it") {
    const Time behind = kNow - 24h;
    IssuerSnapshot issuer = issuer_snapshot();
    issuer.intermediates = {{"aa", kNow - 2h, kNow + 20h * 24}};
    DistributorSnapshot distributor = distributor_snapshot();
    distributor.at = issuer.at = behind - 1min;
    const Fleet fleet = join_fleet(inventory_of({"web1.example.org"}), issuer, distributor, behind);
    REQUIRE(fleet.problems.size() == 1);
    CHECK(fleet.problems[0].starts_with("this box's clock says " + format_time(behind) +
                                        ", and the newest certificate was issued at " + format_time(kNow - 1h)));
    CHECK(fleet.health == Health::warning);
    CHECK(fleet.runway->issuing_ends == kNow + 20h * 24);
}

TEST_CASE("a distributor that claims another time moves no ceremony") {
    const Inventory inventory = inventory_of({"web1.example.org"});
    IssuerSnapshot issuer = issuer_snapshot();
    issuer.intermediates = {{"aa", kNow - 2h, kNow + 20h * 24}};
    DistributorSnapshot distributor = distributor_snapshot();
    distributor.at = kNow + 24h * 400;
    const Fleet fleet = join_fleet(inventory, issuer, distributor, kNow);
    CHECK(fleet.runway->issuing_ends == kNow + 20h * 24);
    CHECK(fleet.health == Health::warning);
}

TEST_CASE("what keeps the issuer from issuing is told with its hint, however long it is") {
    IssuerSnapshot issuer = issuer_snapshot();
    issuer.problem = std::string(500, 'x') + " (halfday accept)";
    const Fleet fleet = join_fleet(inventory_of({"web1.example.org"}), issuer, distributor_snapshot(), kNow);
    CHECK_THAT(fleet.problems.at(0), Catch::EndsWith("(halfday accept)"));
}

TEST_CASE("a row says what to do about it") {
    struct Row {
        const char* what;
        std::function<void(IssuerSnapshot&, DistributorSnapshot&)> change;
        std::string next;
    };
    const Row rows[] = {
        {"all well", [](auto&, auto&) {}, ""},
        {"no answer, with the distributor's advice",
         [](auto&, auto& d) {
             d.hosts[0].problem = "no way";
             d.hosts[0].hint = "is it up?";
         },
         "halfday-distributor says 'is it up?'; then: halfday push web1.example.org"},
        {"no answer, and it has long been dark",
         [](auto&, auto& d) {
             d.hosts[0].problem = "no way";
             d.entries[0].not_after = kNow - 1h;
         },
         "halfday push web1.example.org (docs/runbooks/host-was-down.md)"},
        {"a host that is held off",
         [](auto&, auto& d) {
             d.hosts[0].problem = "no way";
             d.hosts[0].held_until = kNow + 1h;
         },
         "halfday push web1.example.org (the timer's runs try it again from " + format_time(kNow + 1h) + ")"},
        {"a refused request", [](auto& i, auto&) { i.entries[0].refused = "no"; },
         "halfday policy explain web1.example.org"},
        {"a refused request of a host whose clock is off",
         [](auto& i, auto& d) {
             i.entries[0].refused = "it has expired";
             d.hosts[0].skew = -2h;
         },
         "set that host's clock, or this box's (timedatectl set-ntp true); then: halfday push web1.example.org"},
        {"overdue", [](auto& i, auto&) { i.entries[0].due_at = kNow - 2h; }, "halfday run"},
        {"little of its life left", [](auto&, auto& d) { d.entries[0].not_after = kNow + 1h; }, "halfday run"},
        {"not delivered", [](auto&, auto& d) { d.entries.clear(); }, "halfday push web1.example.org"},
        {"not issued",
         [](auto& i, auto& d) {
             i.entries.clear();
             d.entries.clear();
         },
         "halfday run"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        IssuerSnapshot issuer = issuer_snapshot();
        DistributorSnapshot distributor = distributor_snapshot();
        row.change(issuer, distributor);
        CHECK(join_fleet(inventory_of({"web1.example.org"}), issuer, distributor, kNow).rows[0].next == row.next);
    }
}

TEST_CASE("hosts that have the same key are a problem of both, and the first of many are told") {
    const auto pair = [](const std::string& host, const std::string& other, Time until) {
        return SharedKey{HostName::parse(host), kEntry, HostName::parse(other), kEntry, until};
    };
    IssuerSnapshot issuer = issuer_snapshot();
    const auto join = [&] {
        return join_fleet(inventory_of({"web1.example.org", "web2.example.org"}), issuer, distributor_snapshot(), kNow);
    };
    const std::size_t before = join().problems.size();
    issuer.shared_keys = {pair("web2.example.org", "web1.example.org", kNow - 1s), pair("web8", "web9", kNow + 1h)};
    CHECK(join().problems.size() == before);  // it has ended, or neither is in the inventory
    issuer.shared_keys = {pair("web2.example.org", "web1.example.org", kNow)};
    const Fleet fleet = join();
    REQUIRE(fleet.problems.size() == before + 1);
    CHECK(fleet.problems.back().starts_with(
        "web2.example.org/www and web1.example.org/www have certificates for the same key until " + format_time(kNow)));
    CHECK(fleet.problems.back().find("remove pending/www.*") != std::string::npos);
    issuer.shared_keys.assign(8, issuer.shared_keys.front());
    CHECK(join().problems.size() == before + 6);
    CHECK(join().problems.back() == "3 more pairs of hosts have the same key");
}

TEST_CASE("a key that two hosts have is a warning where all else is fine") {
    IssuerSnapshot issuer = issuer_snapshot();
    const auto health = [&] {
        return join_fleet(inventory_of({"web1.example.org"}), issuer, distributor_snapshot(), kNow).health;
    };
    CHECK(health() == Health::fine);
    issuer.shared_keys = {{HostName::parse("gone.example.org"), kEntry, kHost, kEntry, kNow + 1h}};
    CHECK(health() == Health::warning);
}

}  // namespace
}  // namespace halfday
