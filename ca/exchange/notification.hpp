#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/fleet.hpp"

namespace halfday {

// When people are told that something is wrong, and when not again: `notify:` of halfday.yaml, and what cron mails.

/// One thing that is not as it should be.
struct Reason {
    std::string key;   // the same for as long as it is the same thing, whatever times and spans its text has
    std::string text;  // one line
    Health health;     // a warning may pass by itself
};

/// All that is wrong at the end of a cycle: `failed_steps`, each a line, the box's own problems, and the entries that
/// aren't fine, the worst first.
[[nodiscard]] std::vector<Reason> reasons_of(const Fleet& fleet, const std::vector<std::string>& failed_steps);

/// What is remembered of a reason.
struct KnownReason {
    std::string key;
    Time since;
    Time seen;                                // last
    std::optional<Time> told = std::nullopt;  // last
    bool operator==(const KnownReason&) const = default;
};

constexpr auto kMayPass = std::chrono::minutes{30};  // two runs of the timer: a host that was away once wakes nobody
constexpr auto kTellAgain = std::chrono::hours{24};
constexpr auto kOver = std::chrono::hours{1};  // what comes back sooner was not over

struct Notification {
    enum class What { nothing, trouble, over } what = What::nothing;
    std::vector<KnownReason> known;  // from now on, once people were told
};

/// Trouble is told when there is a reason that was not told in the last 24 h: at once when it is critical, else when it
/// has stood for half an hour; then with all the others. That it is over is told once, when nothing that was told has
/// been seen for an hour.
[[nodiscard]] Notification notification_for(const std::vector<Reason>& reasons, std::vector<KnownReason> known,
                                            Time now);

/// What people read: a line that sums it up, then the reasons, 50 at most.
[[nodiscard]] std::string notification_text(std::string_view box, Notification::What what,
                                            const std::vector<Reason>& reasons, const std::optional<Time>& first_dark,
                                            Time now);

constexpr std::size_t kMostKnownReasonsBytes = 16 * 1024 * 1024;
/// What is remembered from one cycle to the next.
[[nodiscard]] std::string to_json(const std::vector<KnownReason>& known);
/// Throws Error{corrupt}.
[[nodiscard]] std::vector<KnownReason> parse_known_reasons(std::string_view json);

}  // namespace halfday
