#include "ca/issuer/schedule.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace halfday;
using namespace std::chrono_literals;

namespace {

const Time kNow = parse_time("2026-11-24T12:00:00Z");
const HostName kHost = HostName::parse("web1.example.org");

std::vector<GeneralName> names(const std::vector<std::string>& texts) {
    std::vector<GeneralName> parsed;
    for (const std::string& text : texts) {
        parsed.push_back(GeneralName::parse(text));
    }
    return parsed;
}

Entry entry(const std::vector<std::string>& texts) { return {EntryName::parse("www"), names(texts)}; }

}  // namespace

TEST_CASE("an entry is due a little less than renew_after from its newest certificate, or at once") {
    struct Row {
        const char* what;
        std::optional<NewestCertificate> newest;
        std::vector<std::string> wanted;
        std::optional<Time> due;
    };
    const Time due = kNow + 4h - spread_of(kHost, 4h);
    const Row rows[] = {
        {"nothing was issued yet", std::nullopt, {"a.example"}, std::nullopt},
        {"the same names", NewestCertificate{kNow, names({"a.example", "b.example"})}, {"a.example", "b.example"}, due},
        {"issued after now, by a wrong clock", NewestCertificate{kNow + 1s, names({"a.example"})}, {"a.example"}, {}},
        {"in another order",
         NewestCertificate{kNow, names({"a.example", "b.example"})},
         {"b.example", "a.example"},
         due},
        {"a name more", NewestCertificate{kNow, names({"a.example"})}, {"a.example", "b.example"}, std::nullopt},
        {"a name less", NewestCertificate{kNow, names({"a.example", "b.example"})}, {"a.example"}, std::nullopt},
        {"another name", NewestCertificate{kNow, names({"a.example"})}, {"b.example"}, std::nullopt},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(due_at(kHost, entry(row.wanted), row.newest, 4h, kNow) == row.due);
    }
}

TEST_CASE("an entry is due at once when its host has said since that it serves none that lasts") {
    struct Row {
        const char* what;
        Served served;
        bool lacks;
    };
    const Time after = kNow + 1min;
    const Row rows[] = {
        {"nothing", {after, "", {}}, true},
        {"the newest", {after, "aa", kNow + 11h}, false},
        {"the newest, which is nearly over", {after, "aa", kNow + 1h}, false},  // its age makes it due
        {"another with a cycle left", {after, "bb", kNow + 4h}, false},
        {"another with less", {after, "bb", kNow + 4h - 1s}, true},
        {"another of which it does not know the end", {after, "bb", {}}, true},
        {"nothing, said long before", {kNow - 5min, "", {}}, false},
        {"nothing, said since by a clock that lags", {kNow - 5min + 1s, "", {}}, true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(lacks_certificate(row.served, {kNow, names({"a.example"}), "aa"}, 4h, kNow) == row.lacks);
    }
}

TEST_CASE("a host that refused the newest certificate is not issued another one at once, unless what it serves ends") {
    struct Row {
        const char* turned_down;
        std::optional<Seconds> left;  // of what it serves
        std::optional<Seconds> pause;
    };
    const Row row = GENERATE(values<Row>({
        {"aa", {}, 1h},
        {"aa", 5h, 1h},
        {"aa", 4h, 1h},
        {"aa", 2h, 30min},
        {"aa", 20min, 5min},
        {"aa", 0s, 0s},
        {"aa", -1h, 0s},
        {"bb", {}, {}},  // it refused an older one
        {"", {}, {}},    // it installed it, or lost it
    }));
    const NewestCertificate newest{kNow, names({"a.example"}), "aa"};
    const std::optional<Time> ends = row.left ? std::optional(kNow + *row.left) : std::nullopt;
    const std::optional<Time> due = row.pause ? std::optional(kNow + *row.pause) : std::nullopt;
    CHECK(due_when_lacking({kNow, "", ends, row.turned_down}, newest, kNow) == due);
}

TEST_CASE("a certificate is renewed before its end, however late the settings would renew longer ones") {
    struct Row {
        Seconds life;
        Seconds renew_after;
        Seconds renewal;
    };
    const Row rows[] = {
        {11h + 30min, 4h, 4h}, {11h + 30min, 16h, 10h + 30min},
        {2h, 16h, 1h},         {30min, 16h, 15min},  // the intermediate's end cut it
        {30min, 10min, 10min},
    };
    for (const Row& row : rows) {
        CAPTURE(row.life, row.renew_after);
        CHECK(renewal_within(row.life, row.renew_after) == row.renewal);
    }
}

TEST_CASE("what is due is due from that very second on") {
    CHECK(is_due(std::nullopt, kNow));
    CHECK(is_due(kNow, kNow));
    CHECK(is_due(kNow - 1s, kNow));
    CHECK_FALSE(is_due(kNow + 1s, kNow));
}

TEST_CASE("renewals are spread over the fleet, early only, and each host keeps its place") {
    std::set<Seconds> spreads;
    for (int at = 0; at < 200; ++at) {
        const HostName host = HostName::parse("web" + std::to_string(at) + ".example.org");
        const Seconds spread = spread_of(host, 4h);
        CHECK(spread >= 0s);
        CHECK(spread < 30min);
        CHECK(spread == spread_of(host, 4h));
        spreads.insert(spread);
    }
    CHECK(spreads.size() > 150);
    CHECK(spread_of(kHost, 4h) == 761s);  // a program of another day must not move the fleet
    CHECK(spread_of(kHost, 24h) < 30min);
    CHECK(spread_of(kHost, 80s) < 10s);
    CHECK(spread_of(kHost, 5s) == 0s);
}
