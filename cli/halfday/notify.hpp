#pragma once

#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/places.hpp"

namespace halfday {

/// What people are told at the end of a cycle, if anything is news (notification.hpp); "" for nothing. It is remembered
/// as told, once it is given to the command of `notify:` where there is one. `failed_steps` are lines. Throws Error,
/// after which it is told again by the next cycle.
[[nodiscard]] std::string notify_after_cycle(const Places& places, const std::vector<std::string>& failed_steps,
                                             Time now);

/// Whether halfday.yaml has a command to notify people by.
[[nodiscard]] bool has_notify_command(const Places& places);

enum class NotifyDepth {
    act,
    dry_run,  // says what it would tell, and to whom
    trial,    // tells that this is a trial
};

/// `halfday notify`: after a cycle that systemd's units made. Returns the exit status.
[[nodiscard]] int run_notify(const Places& places, NotifyDepth depth, Time now);

}  // namespace halfday
