#include "ca/exchange/snapshot.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

#include "refused.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using namespace std::chrono_literals;
using halfday::test::refused;

namespace {

constexpr Time kNow{Seconds{1'795'000'000}};

IssuerSnapshot issuer() {
    return {kNow,
            "3f2a 91c0",
            kNow + 1000h,
            kNow + 100h,
            "a problem",
            {{HostName::parse("web1"), EntryName::parse("www"), "0a", kNow - 1h, kNow + 11h, kNow + 3h, "", ""},
             {HostName::parse("web2"), EntryName::parse("api"), "", std::nullopt, std::nullopt, std::nullopt,
              "it expired", "ff"}},
            11h,
            {{"aaaa", kNow - 1h, kNow + 100h}},
            std::nullopt,
            {{HostName::parse("web2"), EntryName::parse("api"), HostName::parse("web1"), EntryName::parse("www"),
              kNow + 11h}},
            {},
            {{"bbbb", kNow + 50h, kNow + 150h}},
            {{{"minted", 7}, {"refused", 1}}, 12ms}};
}

DistributorSnapshot distributor() {
    return {kNow,
            {{HostName::parse("web1"), kNow - 1min, "", -3s},
             {HostName::parse("web2"), std::nullopt, "cannot connect", std::nullopt, 4, kNow - 5min, kNow + 5min}},
            {{HostName::parse("web1"), EntryName::parse("www"), Outcome::rolled_back, "not served", "0b", "0a",
              kNow + 11h, kNow - 1h, "1795000000 r0 s2", kNow - 1min, kNow - 2min, kNow - 4h},
             {HostName::parse("web2"), EntryName::parse("api"), Outcome::none, "", "", "", std::nullopt, std::nullopt}},
            {{{"proved", 9}}, 30ms}};
}

}  // namespace

TEST_CASE("the issuer's snapshot is read as it was written") {
    const test::TemporaryFolder folder;
    const Path file = folder / "status.json";
    CHECK_FALSE(read_issuer_snapshot(file));
    replace_file(file, to_json(issuer()), {.mode = 0644});
    const std::optional<IssuerSnapshot> snapshot = read_issuer_snapshot(file);
    REQUIRE(snapshot);
    CHECK(snapshot->at == kNow);
    CHECK(snapshot->root == "3f2a 91c0");
    CHECK(snapshot->root_not_after == kNow + 1000h);
    CHECK(snapshot->intermediate_not_after == kNow + 100h);
    CHECK(snapshot->problem == "a problem");
    CHECK(snapshot->certificate_life == 11h);
    REQUIRE(snapshot->intermediates.size() == 1);
    CHECK(snapshot->intermediates[0].fingerprint == "aaaa");
    CHECK(snapshot->intermediates[0].not_before == kNow - 1h);
    CHECK(snapshot->intermediates[0].not_after == kNow + 100h);
    REQUIRE(snapshot->sealed.size() == 1);
    CHECK(snapshot->sealed[0].not_before == kNow + 50h);
    REQUIRE(snapshot->shared_keys.size() == 1);
    CHECK(snapshot->shared_keys[0].other_host.text() == "web1");
    CHECK(snapshot->shared_keys[0].until == kNow + 11h);
    REQUIRE(snapshot->runs.totals.size() == 2);
    CHECK(snapshot->runs.totals[0].of == "minted");
    CHECK(snapshot->runs.totals[0].count == 7);
    CHECK(snapshot->runs.newest_run == 12ms);
    REQUIRE(snapshot->entries.size() == 2);
    CHECK(snapshot->entries[0].host.text() == "web1");
    CHECK(snapshot->entries[0].entry.text() == "www");
    CHECK(snapshot->entries[0].serial == "0a");
    CHECK(snapshot->entries[0].issued_at == kNow - 1h);
    CHECK(snapshot->entries[0].not_after == kNow + 11h);
    CHECK(snapshot->entries[0].due_at == kNow + 3h);
    CHECK_FALSE(snapshot->entries[1].issued_at);
    CHECK_FALSE(snapshot->entries[1].due_at);
    CHECK(snapshot->entries[1].refused == "it expired");
    CHECK(snapshot->entries[1].refused_request == "ff");
    CHECK(to_json(*snapshot) == to_json(issuer()));
}

TEST_CASE("the distributor's snapshot is read as it was written") {
    const test::TemporaryFolder folder;
    const Path file = folder / "status.json";
    CHECK_FALSE(read_distributor_snapshot(file));
    replace_file(file, to_json(distributor()), {.mode = 0644});
    const std::optional<DistributorSnapshot> snapshot = read_distributor_snapshot(file);
    REQUIRE(snapshot);
    CHECK(snapshot->at == kNow);
    REQUIRE(snapshot->hosts.size() == 2);
    CHECK(snapshot->hosts[0].reached_at == kNow - 1min);
    CHECK(snapshot->hosts[0].skew == -3s);
    CHECK_FALSE(snapshot->hosts[1].reached_at);
    CHECK_FALSE(snapshot->hosts[1].skew);
    CHECK(snapshot->hosts[1].problem == "cannot connect");
    REQUIRE(snapshot->entries.size() == 2);
    CHECK(snapshot->entries[0].outcome == Outcome::rolled_back);
    CHECK(snapshot->entries[0].reason == "not served");
    CHECK(snapshot->entries[0].attempted == "0b");
    CHECK(snapshot->entries[0].serving == "0a");
    CHECK(snapshot->entries[0].not_after == kNow + 11h);
    CHECK(snapshot->entries[0].proved_at == kNow - 1h);
    CHECK_FALSE(snapshot->entries[1].proved_at);
    CHECK(snapshot->entries[0].story == "1795000000 r0 s2");
    CHECK(snapshot->entries[0].fetched_at == kNow - 1min);
    CHECK(snapshot->entries[0].sent_at == kNow - 2min);
    CHECK(snapshot->entries[0].asked_at == kNow - 4h);
    CHECK(snapshot->hosts[1].misses == 4);
    CHECK(snapshot->hosts[1].missed_at == kNow - 5min);
    CHECK(snapshot->hosts[1].held_until == kNow + 5min);
    CHECK(to_json(*snapshot) == to_json(distributor()));
}

TEST_CASE("a snapshot has what a host found, which the issuer's short reading passes over") {
    const test::TemporaryFolder folder;
    DistributorSnapshot snapshot = distributor();
    snapshot.entries[0].findings = "wrong: \x1b\nwarning: y";
    replace_file(folder / "status.json", to_json(snapshot));
    CHECK(parse_distributor_snapshot(to_json(snapshot)).entries[0].findings == snapshot.entries[0].findings);
    CHECK(read_distributor_snapshot(folder / "status.json").value().entries[0].findings ==
          snapshot.entries[0].findings);
    CHECK(read_serving(folder / "status.json").size() == snapshot.entries.size());
}

TEST_CASE("a snapshot from before there were stories and totals is read") {
    std::string json = to_json(distributor());
    for (const std::string& added :
         {std::string(R"(,"totals":[{"of":"proved","count":9}],"run_ms":30)"),
          std::string(
              R"(,"story":"1795000000 r0 s2","fetched_at":1794999940,"sent_at":1794999880,"asked_at":1794985600)"),
          std::string(R"(,"story":"")"),
          std::string(R"(,"misses":4,"missed_at":1794999700,"held_until":1795000300)")}) {
        REQUIRE(json.find(added) != std::string::npos);
        json.erase(json.find(added), added.size());
    }
    const DistributorSnapshot old = parse_distributor_snapshot(json);
    CHECK(old.entries.at(0).serving == "0a");
    CHECK(old.entries.at(0).story.empty());
    CHECK(old.hosts.at(1).misses == 0);
}

TEST_CASE("a member that a newer side added is left alone") {
    std::string json = to_json(issuer());
    json.insert(1, R"("revocations":[{"x":1}],)");
    CHECK(parse_issuer_snapshot(json).problem == "a problem");
}

TEST_CASE("a snapshot that is damaged is refused by its file, and its content never told raw") {
    const test::TemporaryFolder folder;
    const Path file = folder / "status.json";
    const auto fault = [&](const std::string& json) {
        replace_file(file, json);
        return refused(ErrorKind::corrupt, [&] { static_cast<void>(read_distributor_snapshot(file)); });
    };
    const std::string is_not = "'" + file.string() + "' is not a snapshot: ";
    CHECK(fault("") == is_not + "it is not JSON (byte 1)");
    CHECK(fault("{}") == is_not + "'at': it is missing");
    CHECK(fault(R"({"at":1,"hosts":[{"host":"\u001b[2J"}],"entries":[]})") ==
          is_not +
              "'hosts[0].host': '\\x1b[2J' is not a host name: only letters, digits, hyphens and dots may be in "
              "it; write other scripts as A-labels (xn--...)");
    std::string json = to_json(distributor());
    CHECK(fault(json.replace(json.find("rolled_back"), 11, "fine")) ==
          is_not + "'entries[0].outcome': 'fine' is not an outcome");
    CHECK(fault(to_json(issuer())) == is_not + "'hosts': it is missing");

    REQUIRE(::symlink("/etc/passwd", (folder / "link.json").c_str()) == 0);
    CHECK(refused(ErrorKind::corrupt, [&] { static_cast<void>(read_issuer_snapshot(folder / "link.json")); }) ==
          "'" + (folder / "link.json").string() + "' is not a file that may be read there");
}

TEST_CASE("a snapshot of a large fleet can be read") {
    IssuerSnapshot snapshot = issuer();
    const IssuedEntry entry = snapshot.entries.front();
    snapshot.entries.assign(20'000, entry);
    CHECK(parse_issuer_snapshot(to_json(snapshot)).entries.size() == 20'000);
}

TEST_CASE("what is written can be read, whatever hosts and policies made of its texts") {
    std::string every_byte;
    for (int byte = 0; byte < 256; ++byte) {
        every_byte += static_cast<char>(byte);
    }
    std::string umlauts = "x";
    while (umlauts.size() < 5000) {
        umlauts += "\xc3\xa4";
    }
    for (const std::string& text : {std::string(4096, 'a'), std::string(4097, 'a'), std::string(1'000'000, '\n'),
                                    umlauts, every_byte, std::string(5000, '\0'), std::string(5000, '\xff')}) {
        CAPTURE(text.substr(0, 8), text.size());
        IssuerSnapshot of_issuer = issuer();
        of_issuer.root = of_issuer.problem = text;
        of_issuer.entries[0].serial = of_issuer.entries[0].refused = of_issuer.entries[0].refused_request = text;
        const IssuerSnapshot issued = parse_issuer_snapshot(to_json(of_issuer));
        CHECK(issued.problem.size() <= 4096);
        CHECK(issued.entries[1].refused == "it expired");

        DistributorSnapshot of_distributor = distributor();
        of_distributor.hosts[0].problem = text;
        DeliveredEntry& entry = of_distributor.entries[0];
        entry.reason = entry.attempted = entry.serving = text;
        CHECK(parse_distributor_snapshot(to_json(of_distributor)).hosts[1].problem == "cannot connect");
    }
    IssuerSnapshot snapshot = issuer();
    snapshot.problem = std::string(4096, 'a');
    CHECK(parse_issuer_snapshot(to_json(snapshot)).problem == snapshot.problem);
    snapshot.problem += 'a';
    CHECK(parse_issuer_snapshot(to_json(snapshot)).problem == std::string(4093, 'a') + "...");
}

TEST_CASE("a large fleet that has much to say is told in fewer words, and can be read") {
    IssuerSnapshot of_issuer = issuer();
    of_issuer.entries[0].refused = std::string(5000, 'a');
    of_issuer.entries[0].refused_request = std::string(64, 'f');
    of_issuer.entries.assign(20'000, of_issuer.entries[0]);
    const IssuerSnapshot read = parse_issuer_snapshot(to_json(of_issuer));
    CHECK(read.entries.back().refused == std::string(509, 'a') + "...");
    CHECK(read.entries.back().refused_request == std::string(64, 'f'));
}

TEST_CASE("the distributor's snapshot of 100,000 hosts can be read") {
    DistributorSnapshot of_distributor = distributor();
    of_distributor.hosts.assign(100'000, of_distributor.hosts[0]);
    of_distributor.entries.assign(100'000, of_distributor.entries[0]);
    CHECK(parse_distributor_snapshot(to_json(of_distributor)).entries.size() == 100'000);
}
