#pragma once

#include <string>
#include <string_view>

#include "ca/base/names.hpp"
#include "ca/exchange/message.hpp"

namespace halfday {

/// What stands between a host and its next certificate.
enum class Obstacle {
    none,
    no_answer,        // of the host at the last try, or none that is believed
    unproved,         // these five are Outcomes
    rolled_back,      //
    refused,          //
    skew,             //
    failed,           //
    request_refused,  // by the issuer
    not_issued,
    not_delivered,
    overdue,      // its renewal
    ends_soon,    // what it serves, and nothing else is known to be wrong
    clock_off,    // the host's
    found_wrong,  // by the host, of what is installed or served
};

/// `none` for an outcome that is none.
[[nodiscard]] Obstacle obstacle_of(Outcome outcome);

/// What an operator goes on with: one line that ends with a command of ours. "" for `none`. `told` is what the
/// distributor advised when the host gave no answer, "" where it did not: another user's words, so it is said whose.
[[nodiscard]] std::string next_step(Obstacle obstacle, const HostName& host, std::string_view told = "");

}  // namespace halfday
