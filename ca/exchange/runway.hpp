#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/snapshot.hpp"

namespace halfday {

// How long issuing can go on, and which ceremony on the air-gapped box is due when.

constexpr auto kIntermediateCeremony = std::chrono::days{14};  // before issuing ends
constexpr auto kRootCeremony = std::chrono::days{365};         // before the root ends: a new one has to reach clients
constexpr auto kRunwayCritical = std::chrono::days{3};         // a weekend

struct RunwayIntermediate {
    enum class Turn { signs, waits, before };  // before: it signed once, and is valid still
    std::string fingerprint;
    Turn turn;
    std::optional<Time> signs_from;  // of one that waits
    Time not_after;
};

struct Runway {
    Time issuing_ends;
    Time full_until;         // certificates that are issued later live shorter than the settings say
    std::string ends_first;  // "intermediate FINGERPRINT" or "root"
    Time first_end;
    Time intermediate_ceremony;  // due
    Time root_ceremony;
    Time root_ends;
    std::vector<RunwayIntermediate> intermediates;  // valid ones
};

[[nodiscard]] Runway runway_of(const IssuerSnapshot& issuer, Time now);

}  // namespace halfday
