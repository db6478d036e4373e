#include "ca/status/page.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "ca/status/page_charts.hpp"
#include "rows.hpp"

using namespace halfday;
using namespace std::chrono_literals;
using nlohmann::json;
using test::kNow;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

IssuedEntry issued(const char* host, std::optional<Time> at) {
    return {HostName::parse(host), EntryName::parse("www"), "0a", at, at, at, "", ""};
}

std::string names(const std::vector<IssuedEntry>& entries) {
    std::string text;
    for (const IssuedEntry& entry : entries) text += entry.host.text() + " ";
    return text;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("a page is whole with nothing known, and with everything") {
    CHECK(has(status_page({}, {}, {}, kNow), "No host is in the inventory yet"));
    Fleet fleet = test::fleet_of({test::dark_row("web1"), test::warned_row("web2", "late"), test::served_row("web3")});
    fleet.runway = test::runway();
    fleet.issuer_ran = fleet.distributor_ran = kNow - 1min;
    fleet.problems = {"the first", "the second"};
    fleet.crls = {{"CN=Root", "5", kNow + std::chrono::days{50}, 2}};
    fleet.rollout = RolloutNote{.key = "aa", .before = "bb", .stopped = "too many"};
    const HostStory story{
        HostName::parse("web2"),
        {},
        {},
        {},
        0,
        {},
        {{EntryName::parse("www"), {{CycleEvent::Whose::host, kNow, 31ms, "tested", "tested it"}}, "it is late"}}};
    const std::string page = status_page(fleet, {story}, {issued("web9", kNow)}, kNow);
    for (const char* const part :
         {"2 of 3 certificates on 3 hosts are served", "in 11 h<span>web2/www", "in 20 d<span>for an intermediate",
          "the second", "nothing is served", "+31 ms", "host: tested it", "it is late", "rollout of intermediate aa",
          "CRL 5 of CN=Root", "web9", "1 h old, 11 h left", "1 dark now; of the others the first ends in 11 h"}) {
        CAPTURE(part);
        CHECK(has(page, part));
    }
    CHECK_FALSE(has(page, "{{"));
    CHECK(count(page, "<article") == 2);
}

TEST_CASE("what a host says stays text on the page") {
    const std::string hostile = "</script><script>x</script><a href=\"x\">{{host}}";
    Fleet fleet = test::fleet_of({test::warned_row("web1", hostile)});
    fleet.rows[0].serving = "<b>";
    fleet.problems = {hostile};
    const std::string page = status_page(fleet, {}, {}, kNow);
    CHECK(count(page, "<script") == 1);
    CHECK(count(page, "</script") == 1);
    CHECK_FALSE(has(page, "<b>"));
    CHECK(has(page, "&lt;/script&gt;&lt;script&gt;x&lt;/script&gt;&lt;a href=&quot;x&quot;&gt;{{host}}"));
}

TEST_CASE("a page of a large fleet says what it leaves out") {
    std::vector<FleetRow> rows(60, test::warned_row("web1", "late"));
    rows.resize(kMostPageRows + 7, test::served_row("web2"));
    const std::string page = status_page(test::fleet_of(rows), {}, {}, kNow);
    CHECK(count(page, "<tr data-state=") == kMostPageRows);
    CHECK(has(page, "7 more are not on this page"));
    CHECK(count(page, "<article") == kMostStories);
    CHECK(has(page, "And 10 more, in the table below."));
}

TEST_CASE("a life is two bars within the axis, whatever the times are") {
    struct Case {
        Time issued_at, not_after;
        std::optional<Time> due_at;
        json chart;
    };
    const TimeAxis axis{kNow - 5h, kNow + 5h};
    for (const Case& each : std::vector<Case>{
             {kNow - 1h,
              kNow + 3h,
              kNow + 1h,
              {{"from", 400}, {"passed", 100}, {"middle", 500}, {"ahead", 300}, {"has_due", true}, {"due", 600}}},
             {kNow - 4h,
              kNow - 1h,
              kNow + 1h,
              {{"from", 100}, {"passed", 300}, {"middle", 400}, {"ahead", 0}, {"has_due", false}, {"due", 0}}},
             {kNow + 1h,
              kNow + 2h,
              {},
              {{"from", 600}, {"passed", 0}, {"middle", 600}, {"ahead", 100}, {"has_due", false}, {"due", 0}}},
             {kNow - 50h,
              kNow - 40h,
              {},
              {{"from", 0}, {"passed", 0}, {"middle", 0}, {"ahead", 0}, {"has_due", false}, {"due", 0}}},
         }) {
        FleetRow row = test::served_row("web1");
        row.issued_at = each.issued_at;
        row.not_after = each.not_after;
        row.due_at = each.due_at;
        CHECK(life_chart(row, axis, kNow) == each.chart);
    }
    CHECK(life_chart(test::dark_row("web1"), axis, kNow).is_null());
    CHECK(life_text(test::served_row("web1"), kNow) == "1 h old, 11 h left, renewal in 3 h");
    CHECK(life_text(test::dark_row("web1"), kNow) == "nothing is served");
}

TEST_CASE("the ends of all certificates are counted by the hour") {
    std::vector<FleetRow> rows(4, test::served_row("web1"));
    rows[0].not_after = kNow;
    rows[1].not_after = kNow + 59min;
    rows[2].not_after = rows[3].not_after = kNow + 3h;
    const json chart = ends_chart(test::fleet_of(rows), kNow);
    CHECK(chart["ends_text"] ==
          "1 dark now; of the others the first ends in 59 min, half of them within 3 h, the last in 3 h.");
    CHECK(chart["ends_hours"] == 4);
    REQUIRE(chart["ends"].size() == 2);
    CHECK(chart["ends"][0] == json{{"x", 0}, {"y", 50}, {"height", 50}, {"class", "soon"}, {"text", "1 in 0 to 1 h"}});
    CHECK(chart["ends"][1] ==
          json{{"x", 30}, {"y", 0}, {"height", 100}, {"class", "later"}, {"text", "2 in 3 to 4 h"}});
}

TEST_CASE("the newest certificates come first, and those that were never issued not at all") {
    IssuerSnapshot issuer{};
    issuer.entries = {issued("web1", kNow - 2h), issued("web2", {}), issued("web3", kNow), issued("web4", kNow - 1h)};
    CHECK(names(newest_certificates(issuer, 9)) == "web3 web4 web1 ");
    CHECK(names(newest_certificates(issuer, 2)) == "web3 web4 ");
    CHECK(names(newest_certificates(issuer, 0)).empty());
}

TEST_CASE("each failing host is explained once") {
    const Fleet fleet = test::fleet_of(
        {test::dark_row("web1"), test::dark_row("web1"), test::warned_row("web2", "late"), test::served_row("web3")});
    CHECK(hosts_to_explain(fleet, 9) == std::vector{HostName::parse("web1"), HostName::parse("web2")});
    CHECK(hosts_to_explain(fleet, 2).size() == 1);
    CHECK(hosts_to_explain(fleet, 0).empty());
}
