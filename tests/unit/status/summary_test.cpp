#include "ca/status/summary.hpp"

#include <catch2/catch.hpp>

#include "rows.hpp"

using namespace halfday;
using namespace std::chrono_literals;
using test::kNow;

TEST_CASE("a summary counts what is served, dark and failing, and knows who goes dark first") {
    FleetRow ended = test::served_row("web2");
    ended.health = Health::critical;
    ended.not_after = kNow;
    FleetRow unproved = test::warned_row("web3", "unproved");
    unproved.proved_at.reset();
    unproved.not_after = kNow + 1s;
    Fleet fleet =
        test::fleet_of({test::dark_row("web1"), ended, unproved, test::served_row("web4"), test::served_row("web4")});
    fleet.rows[4].entry = EntryName::parse("mail");
    const FleetSummary summary = summarise(fleet, kNow);
    CHECK(summary.hosts == 4);
    CHECK(summary.certificates == 5);
    CHECK(summary.served == 2);
    CHECK(summary.dark == 2);
    CHECK(summary.critical == 2);
    CHECK(summary.warning == 1);
    CHECK(summary.next_dark == &fleet.rows[2]);
    CHECK_FALSE(summary.next_ceremony);
}

TEST_CASE("the next ceremony is the one that is due first, a CRL's too") {
    Fleet fleet;
    fleet.runway = test::runway();
    const auto next = [&] { return describe(summarise(fleet, kNow).next_ceremony.value()); };
    CHECK(next() == "an intermediate");
    fleet.crls = {{"CN=Late", "1", kNow + std::chrono::days{21}, 0},
                  {"CN=\x1bRoot", "2", kNow + std::chrono::days{19}, 0}};
    CHECK(next() == "the CRL of CN=\\x1bRoot");
    fleet.runway->root_ceremony = kNow;
    CHECK(next() == "a root");
}
