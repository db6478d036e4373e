#include "ca/issuer/issuer_status.hpp"

#include "ca/exchange/snapshot.hpp"
#include "tests/unit/issuer/issuer_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

TEST_CASE("what kept a run from its work is put into the last status, with the time of that run") {
    IssuerWorld world;
    world.add_host("web1.example.org", {"www.example.org"});
    world.ask("web1.example.org");
    static_cast<void>(world.mint());
    write_issuer_problem(world.places, "the disk is full", kNow + 15min);
    const IssuerSnapshot snapshot = read_issuer_snapshot(world.places.issuer_snapshot()).value();
    CHECK(snapshot.at == kNow + 15min);
    CHECK(snapshot.problem == "the disk is full");
    REQUIRE(snapshot.entries.size() == 1);
    CHECK_FALSE(snapshot.entries.front().serial.empty());
}

TEST_CASE("what all runs minted and refused is counted, through a run that failed") {
    IssuerWorld world;
    world.add_host("web1.example.org", {"www.example.org"});
    world.ask("web1.example.org");
    static_cast<void>(world.mint());
    write_issuer_problem(world.places, "the disk is full", kNow);
    world.add_host("web2.example.org", {"www.example.org"});
    world.ask("web2.example.org");
    static_cast<void>(world.mint());
    static_cast<void>(world.mint());
    const RunCounts runs = read_issuer_snapshot(world.places.issuer_snapshot()).value().runs;
    REQUIRE(runs.totals.size() == 2);
    CHECK(runs.totals[0].of == "minted");
    CHECK(runs.totals[0].count == 2);
    CHECK(runs.totals[1].count == 0);
    CHECK(runs.newest_run.has_value());
}

TEST_CASE("a status that is missing, damaged or can't be written hides no other problem") {
    const IssuerWorld world;
    write_issuer_problem(world.places, "the disk is full", kNow);
    CHECK_FALSE(std::filesystem::exists(world.places.issuer_snapshot()));
    replace_file(world.places.issuer_snapshot(), "{");
    write_issuer_problem(world.places, "the disk is full", kNow);
    CHECK(read_file(world.places.issuer_snapshot(), 10) == "{");
    static_cast<void>(world.mint());
    CHECK(read_issuer_snapshot(world.places.issuer_snapshot()).value().problem.empty());
}

TEST_CASE("a run whose status can't be written warns, and its certificates are out all the same") {
    IssuerWorld world;
    world.add_host("web1.example.org", {"www.example.org"});
    world.ask("web1.example.org");
    std::filesystem::remove(world.places.status() / "issuer");
    const MintReport report = world.mint();
    CHECK(report.minted.size() == 1);
    REQUIRE(report.warnings.size() == 1);
    CHECK(report.warnings.front().starts_with("the status for 'halfday status' is out of date: "));
    CHECK(world.published("web1.example.org"));
}

TEST_CASE("chains of hosts that a run is not for stay as they are, missing ones too") {
    IssuerWorld world;
    for (const char* host : {"web1.example.org", "web2.example.org"}) {
        world.add_host(host, {host});
        world.ask(host);
    }
    static_cast<void>(world.mint());
    std::filesystem::remove_all(world.places.exchange() / "chains" / "web1.example.org");
    std::filesystem::remove_all(world.places.exchange() / "chains" / "web2.example.org");
    const MintReport report =
        mint_due(world.places, {.hosts = {host_name("web2.example.org")}, .passphrase = {}}, kNow);
    CHECK(report.published_again == 1);
    CHECK(world.published("web2.example.org"));
    CHECK_FALSE(world.published("web1.example.org"));
}
