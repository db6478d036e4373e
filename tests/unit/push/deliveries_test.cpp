#include "distribute/push/deliveries.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "../error_of.hpp"
#include "../temporary_folder.hpp"
#include "host_under_test.hpp"

namespace halfday {
namespace {

using test::kNow;

HostRecord full_record(const Host& host) {
    HostRecord record{identity_text(host.identity), kNow,      "a problem", Seconds{-90}, {},
                      {"head one", "head two"},     {4, kNow}, "0.1.0"};
    record.entries[EntryName::parse("www")] = {.delivered = std::string(64, 'c'),
                                               .counter = 7,
                                               .outcome = Outcome::rolled_back,
                                               .reason = "why\n\xff",
                                               .attempted = "02",
                                               .serving = "01",
                                               .not_after = kNow,
                                               .proved_at = kNow - Seconds{1},
                                               .story = "1795000000 r0",
                                               .fetched_at = kNow,
                                               .sent_at = kNow - Seconds{2},
                                               .asked_at = kNow - Seconds{3},
                                               .findings = "warning: tickets \xff"};
    record.entries[EntryName::parse("api")] = {};
    return record;
}

}  // namespace

TEST_CASE("what is stored of hosts is read again, by another process too") {
    const test::TemporaryFolder folder;
    const test::HostUnderTest web1("web1.example.org");
    const test::HostUnderTest web2("web2.example.org");
    HostRecords expected{{web1.host.name, full_record(web1.host)}, {web2.host.name, HostRecord{}}};
    {
        Deliveries deliveries = Deliveries::open(folder / "deliveries.db");
        CHECK(deliveries.read().empty());
        for (const auto& [name, record] : expected) deliveries.store(name, record);
        CHECK(deliveries.read() == expected);
    }
    Deliveries again = Deliveries::open(folder / "deliveries.db");
    CHECK(again.read() == expected);

    expected.at(web1.host.name).entries.erase(EntryName::parse("api"));
    again.store(web1.host.name, expected.at(web1.host.name));
    CHECK(again.read() == expected);

    expected.erase(web1.host.name);
    again.forget(web1.host.name);
    CHECK(again.read() == expected);
}

TEST_CASE("a database from before hosts reported heads, stories and versions, and misses were counted, is taken over") {
    const test::TemporaryFolder folder;
    const test::HostUnderTest web("web1.example.org");
    HostRecord record = full_record(web.host);
    record.heads.clear();
    record.misses = {};
    record.version.clear();
    record.hint.clear();
    EntryRecord& www = record.entries.at(EntryName::parse("www"));
    www.story.clear();
    www.findings.clear();
    www.fetched_at = www.sent_at = www.asked_at = std::nullopt;
    Deliveries::open(folder / "deliveries.db").store(web.host.name, record);
    {
        SQLite::Database database((folder / "deliveries.db").string(), SQLite::OPEN_READWRITE);
        database.exec("DROP TABLE head");
        database.exec("ALTER TABLE host DROP COLUMN misses");
        database.exec("ALTER TABLE host DROP COLUMN missed_at");
        database.exec("ALTER TABLE host DROP COLUMN version");
        database.exec("ALTER TABLE host DROP COLUMN hint");
        for (const char* column : {"story", "fetched_at", "sent_at", "asked_at", "findings"}) {
            database.exec(std::string("ALTER TABLE entry DROP COLUMN ") + column);
        }
        database.exec("PRAGMA user_version = 1");
    }
    Deliveries deliveries = Deliveries::open(folder / "deliveries.db");
    CHECK(deliveries.read().at(web.host.name) == record);
    record.heads = {"a head"};
    deliveries.store(web.host.name, record);
    CHECK(deliveries.read().at(web.host.name) == record);
}

TEST_CASE("what hosts report is of every host in the inventory") {
    const test::HostUnderTest web1("web1.example.org");
    const test::HostUnderTest web2("web2.example.org");
    const auto reports = make_host_reports({{web1.host, web2.host}}, {{web1.host.name, full_record(web1.host)}});
    REQUIRE(reports.size() == 2);
    CHECK(reports[0].heads == std::vector<std::string>{"head one", "head two"});
    CHECK(reports[0].serving == std::vector<std::string>{"01"});
    CHECK(reports[1].heads.empty());
}

TEST_CASE("a database of another kind or version is refused, not changed") {
    const test::TemporaryFolder folder;
    std::ofstream(folder / "noise") << std::string(4096, 'x');
    const Error error = test::error_of([&] { return Deliveries::open(folder / "noise"); });
    CHECK(error.kind() == ErrorKind::corrupt);
    CHECK(error.hint().find("remove it") != std::string::npos);
    CHECK(test::error_of([&] { return Deliveries::open(folder / "no folder" / "x"); }).kind() == ErrorKind::io);
}

TEST_CASE("a newer halfday's database is refused at once, even while that has it locked") {
    const test::TemporaryFolder folder;
    static_cast<void>(Deliveries::open(folder / "newer"));
    SQLite::Database other((folder / "newer").string(), SQLite::OPEN_READWRITE);
    other.exec("PRAGMA user_version = 99");
    const SQLite::Transaction lock(other, SQLite::TransactionBehavior::IMMEDIATE);
    const Error error = test::error_of([&] { return Deliveries::open(folder / "newer"); });
    CHECK(error.kind() == ErrorKind::corrupt);
    CHECK(std::string(error.what()).find("has version 99, not ") != std::string::npos);
}

TEST_CASE("another identity is another host, of which nothing is known") {
    const test::HostUnderTest web("web1.example.org");
    const test::HostUnderTest reinstalled("web1.example.org");
    const HostRecords records{{web.host.name, full_record(web.host)}};
    CHECK(record_of(records, web.host) == full_record(web.host));
    CHECK(record_of(records, reinstalled.host) == HostRecord{identity_text(reinstalled.host.identity), {}, "", {}, {}});
}

TEST_CASE("entries that the host no longer has are forgotten") {
    test::HostUnderTest web("web1.example.org");
    const HostRecords records{{web.host.name, full_record(web.host)}};
    web.host.certificates.pop_back();
    CHECK(record_of(records, web.host).entries.size() == 1);
}

TEST_CASE("the snapshot speaks of every entry in the inventory and of no other") {
    const test::HostUnderTest web1("web1.example.org");
    const test::HostUnderTest web2("web2.example.org");
    const test::HostUnderTest gone("gone.example.org");
    const HostRecords records{{web1.host.name, full_record(web1.host)}, {gone.host.name, full_record(gone.host)}};
    const DistributorSnapshot snapshot = make_snapshot({{web1.host, web2.host}}, records, kNow);
    REQUIRE(snapshot.hosts.size() == 2);
    CHECK(snapshot.hosts[0].problem == "a problem");
    CHECK(snapshot.hosts[0].skew == Seconds{-90});
    CHECK_FALSE(snapshot.hosts[1].reached_at);
    REQUIRE(snapshot.entries.size() == 4);
    CHECK(snapshot.entries[0].outcome == Outcome::rolled_back);
    CHECK(snapshot.entries[0].serving == "01");
    CHECK(snapshot.entries[2].outcome == Outcome::none);
}

}  // namespace halfday
