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

constexpr auto kUnsealNotice = std::chrono::days{3};  // before a window opens

struct RunwayIntermediate {
    enum class Turn { signs, waits, before, sealed };  // before: it signed once, and is valid still
    std::string fingerprint;
    Turn turn;
    std::optional<Time> signs_from;  // of one that waits or is sealed
    Time not_after;
};

/// The sealed window that is to be unsealed next.
struct NextWindow {
    std::string fingerprint;
    Time opens;
    Time not_after;
    Time issuing_ends;  // when nothing is unsealed
};
[[nodiscard]] std::optional<NextWindow> next_window(const std::vector<KnownIntermediate>& unsealed,
                                                    const std::vector<KnownIntermediate>& sealed, Time now);
/// What is to be told of it from kUnsealNotice before it opens, with the command to run.
[[nodiscard]] std::optional<std::string> unseal_notice(const NextWindow& next, Time now);

struct Runway {
    Time issuing_ends;       // when each window is unsealed in time
    Time full_until;         // certificates that are issued later live shorter than the settings say
    std::string ends_first;  // "intermediate FINGERPRINT" or "root"
    Time first_end;
    Time intermediate_ceremony;  // due
    Time root_ceremony;
    Time root_ends;
    std::vector<RunwayIntermediate> intermediates;  // valid ones, and sealed ones that are yet to sign
    std::optional<NextWindow> next_window = {};
};

[[nodiscard]] Runway runway_of(const IssuerSnapshot& issuer, Time now);

}  // namespace halfday
