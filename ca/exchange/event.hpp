#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ca/base/names.hpp"

namespace halfday {

// What a run of the issuer or the distributor has to tell, and what the journal gets of it. docs/monitoring/logs.md is
// the same for people; tests/e2e/journal_test.sh holds the two together.

enum class EventKind {
    issued,
    refused,
    requested,
    delivered,
    rolled_back,
    failed,
    changed_over,
    news,
    warning,
    stopped,
};

/// As syslog(3) counts.
enum class EventPriority { error = 3, warning = 4, notice = 5, info = 6 };

/// What is the same for all events of a kind, for good: who filters by a MESSAGE_ID relies on it.
struct EventMeaning {
    EventKind kind;
    std::string_view word;        // OUTCOME, unless the event has a word of its own
    std::string_view message_id;  // MESSAGE_ID: 128 bits, random
    EventPriority priority;
};
[[nodiscard]] const EventMeaning& meaning_of(EventKind kind) noexcept;
[[nodiscard]] const std::vector<EventMeaning>& all_event_meanings();

struct LogEvent {
    EventKind kind;
    std::string text;                // one line for people; everything foreign in it is escaped
    std::optional<HostName> host{};  // nothing: it is about this box
    std::optional<EntryName> entry{};
    std::string serial{};
    std::string outcome{};  // "" for the kind's own word
    std::string hint{};     // of an error or warning: the next action
};

/// The fields of a journal's entry, by systemd.journal-fields(7) and logs.md; those that would be empty are left out.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string>> journal_fields(const LogEvent& event,
                                                                                   std::string_view program);

/// The datagram that the journal takes: systemd's Native Journal Protocol. A value is cut after 16 KiB.
[[nodiscard]] std::string journal_datagram(const std::vector<std::pair<std::string_view, std::string>>& fields);

}  // namespace halfday
