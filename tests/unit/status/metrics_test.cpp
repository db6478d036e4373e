#include "ca/status/metrics.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <sstream>

namespace halfday {
namespace {

const Time kNow = Time{Seconds{1'800'000'000}};

FleetRow row(const char* host) {
    FleetRow row{HostName::parse(host), EntryName::parse("www"), {}, {}, {}, {}, {}, {}, {}, {}, {}};
    row.health = Health::fine;
    row.outcome = Outcome::none;
    return row;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream all(text);
    for (std::string line; std::getline(all, line);) lines.push_back(line);
    return lines;
}

bool has(const std::string& text, const std::string& line) {
    const auto lines = lines_of(text);
    return std::find(lines.begin(), lines.end(), line) != lines.end();
}

Fleet fleet() {
    Fleet fleet;
    FleetRow served = row("web1.example.org");
    served.not_after = kNow + Seconds{60};
    served.proved_at = kNow - Seconds{5};
    served.skew = Seconds{-7};
    served.outcome = Outcome::proved;
    served.reached_at = kNow - Seconds{3};
    served.took = std::chrono::milliseconds{140};
    FleetRow dark = row("web2.example.org");
    dark.health = Health::critical;
    fleet.rows = {dark, served};
    fleet.health = Health::critical;
    fleet.problems = {"one", "two"};
    fleet.runway = Runway{kNow + Seconds{100}, kNow, "root", kNow, kNow + Seconds{1}, kNow + Seconds{2}, kNow, {}};
    fleet.runway->intermediates = {{"aa\n\"bb\\", RunwayIntermediate::Turn::signs, {}, kNow + Seconds{100}}};
    fleet.issuer_runs = {{{"minted", 5}, {"minted", 6}}, std::chrono::milliseconds{1234}};
    fleet.distributor_runs = {{{"rolled_back", 2}}, {}};
    fleet.distributor_ran = kNow - Seconds{9};
    return fleet;
}

}  // namespace

TEST_CASE("each fact of a fleet is a line, and what is not known has none") {
    const std::string text = fleet_metrics(fleet(), kNow);
    const std::string web1 = "{host=\"web1.example.org\",certificate=\"www\"";
    for (const std::string& line : {
             "halfday_certificate_health" + web1 + "} 0",
             std::string("halfday_certificate_health{host=\"web2.example.org\",certificate=\"www\"} 2"),
             "halfday_certificate_not_after_timestamp_seconds" + web1 + "} 1800000060",
             "halfday_certificate_proved_timestamp_seconds" + web1 + "} 1799999995",
             "halfday_host_clock_skew_seconds" + web1 + "} -7",
             "halfday_delivery_outcome" + web1 + ",outcome=\"proved\"} 1",
             "halfday_certificate_proved_not_after_timestamp_seconds" + web1 + "} 1800000060",
             std::string("halfday_host_reached_timestamp_seconds{host=\"web1.example.org\"} 1799999997"),
             "halfday_delivery_duration_seconds" + web1 + "} 0.140",
             std::string("halfday_certificates{state=\"served\"} 1"),
             std::string("halfday_certificates{state=\"dark\"} 1"),
             std::string("# TYPE halfday_requests_total counter"),
             std::string("halfday_requests_total{outcome=\"minted\"} 5"),
             std::string("halfday_deliveries_total{outcome=\"rolled_back\"} 2"),
             std::string("halfday_run_duration_seconds{program=\"issuer\"} 1.234"),
             std::string("halfday_run_timestamp_seconds{program=\"distributor\"} 1799999991"),
             std::string("halfday_issuing_ends_timestamp_seconds 1800000100"),
             std::string("halfday_ceremony_due_timestamp_seconds{ceremony=\"intermediate\"} 1800000001"),
             std::string("halfday_health 2"),
             std::string("halfday_problems 2"),
             std::string("halfday_metrics_written_timestamp_seconds 1800000000"),
         }) {
        CAPTURE(line);
        CHECK(has(text, line));
    }
    CHECK(text.find("not_after_timestamp_seconds{host=\"web2") == std::string::npos);
    CHECK(text.find("\nhalfday_first_dark_timestamp_seconds ") == std::string::npos);
}

TEST_CASE("foreign bytes stay inside their quotes and their line") {
    const std::string text = fleet_metrics(fleet(), kNow);
    const auto lines = lines_of(text);
    const auto found = std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
        return line.starts_with("halfday_intermediate_not_after_timestamp_seconds{");
    });
    REQUIRE(found != lines.end());
    CHECK(found->ends_with("} 1800000100"));
    CHECK(found->find("\\\"bb\\\\") != std::string::npos);
    CHECK(std::all_of(lines.begin(), lines.end(), [](const std::string& line) {
        return line.starts_with("# HELP halfday_") || line.starts_with("# TYPE halfday_") ||
               line.starts_with("halfday_");
    }));
}

TEST_CASE("a series is there once, whatever a snapshot says twice: a collector would drop the whole file") {
    std::set<std::string> told;
    for (const std::string& line : lines_of(fleet_metrics(fleet(), kNow))) {
        if (line.front() != '#') CHECK(told.insert(line.substr(0, line.rfind(' '))).second);
    }
}

TEST_CASE("each family is told of once, before its lines") {
    std::set<std::string> told;
    for (const std::string& line : lines_of(fleet_metrics(fleet(), kNow))) {
        if (line.starts_with("# TYPE ")) {
            CHECK(told.insert(line.substr(7, line.rfind(' ') - 7)).second);
        } else if (line.front() != '#') {
            CHECK(told.contains(line.substr(0, line.find_first_of("{ "))));
        }
    }
    CHECK(told.size() > 10);
}

}  // namespace halfday
