#pragma once

#include "ca/exchange/fleet.hpp"

namespace halfday::test {

inline const Time kNow = Time{Seconds{1'800'000'000}};

/// A host whose certificate was issued an hour ago and ends in 11 h.
inline FleetRow served_row(const std::string& host) {
    using namespace std::chrono_literals;
    return {.host = HostName::parse(host),
            .entry = EntryName::parse("www"),
            .health = Health::fine,
            .serving = "aa",
            .not_after = kNow + 11h,
            .proved_at = kNow - 1h,
            .proved_by = "handshake",
            .due_at = kNow + 3h,
            .skew = {},
            .outcome = Outcome::proved,
            .problem = {},
            .issued_at = kNow - 1h};
}

/// Nothing was ever served there.
inline FleetRow dark_row(const std::string& host) {
    FleetRow row = served_row(host);
    row.health = Health::critical;
    row.serving.clear();
    row.not_after = row.proved_at = row.due_at = row.issued_at = std::nullopt;
    row.problem = "nothing issued yet";
    return row;
}

/// One that works and has a problem.
inline FleetRow warned_row(const std::string& host, const std::string& problem) {
    FleetRow row = served_row(host);
    row.health = Health::warning;
    row.problem = problem;
    return row;
}

inline Fleet fleet_of(std::vector<FleetRow> rows) {
    Fleet fleet;
    for (const FleetRow& row : rows) fleet.health = std::max(fleet.health, row.health);
    fleet.rows = std::move(rows);
    return fleet;
}

/// A runway whose ceremonies are due in 20 and 100 days.
inline Runway runway() {
    using std::chrono::days;
    return {.issuing_ends = kNow + days{34},
            .full_until = kNow + days{33},
            .ends_first = "intermediate aa",
            .first_end = kNow + days{34},
            .intermediate_ceremony = kNow + days{20},
            .root_ceremony = kNow + days{100},
            .root_ends = kNow + days{465},
            .intermediates = {{"aa", RunwayIntermediate::Turn::signs, {}, kNow + days{34}}}};
}

}  // namespace halfday::test
