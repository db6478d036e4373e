#include "ca/exchange/why.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/findings.hpp"
#include "ca/exchange/story.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostReason = 600;

struct Words {
    const char* step;
    const char* text;
};

Words words_of(StoryStep step, bool is_new_live) {
    switch (step) {
        case StoryStep::resumed:
            return {"resumed", "went on with what had been cut short"};
        case StoryStep::received:
            return {"received", "received the chain"};
        case StoryStep::staged:
            return {"staged", "may be installed; wrote it beside the live one"};
        case StoryStep::tested:
            return is_new_live ? Words{"tested", "the web server's configuration test passed with it"}
                               : Words{"tested_without", "the web server's configuration test passed without it"};
        case StoryStep::test_failed:
            return is_new_live
                       ? Words{"test_failed", "the web server's configuration test failed with it"}
                       : Words{"test_failed_without", "the web server's configuration test failed without it too"};
        case StoryStep::flipped:
            return {"flipped", "made it the live one"};
        case StoryStep::flipped_back:
            return {"flipped_back", "made the old one live again"};
        case StoryStep::reloaded:
            return {"reloaded", "the web server was told"};
        case StoryStep::reload_failed:
            return {"reload_failed", "the web server could not be told"};
        case StoryStep::seen:
            return {"seen", "a handshake showed that clients get the live one"};
        case StoryStep::not_seen:
            return {"not_seen", "handshakes did not show the live one"};
    }
    return {"", ""};
}

std::optional<Story> story_of(const DeliveredEntry& delivered) {
    if (delivered.story.empty()) return std::nullopt;
    try {
        return parse_story(delivered.story);
    } catch (const Error&) {
        return std::nullopt;  // cut, or of another version: the rest is told without it
    }
}

void add_host_events(std::vector<CycleEvent>& events, const DeliveredEntry& delivered) {
    const std::optional<Story> story = story_of(delivered);
    if (!story) return;
    bool is_new_live = false;
    for (const Story::Mark& mark : story->marks) {
        if (mark.step == StoryStep::flipped) is_new_live = true;
        if (mark.step == StoryStep::flipped_back) is_new_live = false;
        const Words words = words_of(mark.step, is_new_live);
        events.push_back({CycleEvent::Whose::host, story->began + std::chrono::floor<Seconds>(mark.after), mark.after,
                          words.step, words.text});
    }
}

std::string after_colon(const std::string& reason) {
    return reason.empty() ? "" : ": " + printable(reason, kMostReason);
}

std::string outcome_text(const DeliveredEntry& delivered) {
    const std::string attempted = printable(delivered.attempted, 64);
    const std::string reason = after_colon(delivered.reason);
    switch (delivered.outcome) {
        case Outcome::none:
            return "nothing was delivered yet";
        case Outcome::proved:
            return fmt::format("{} is served, proved by {}", attempted, proof_of(delivered));
        case Outcome::unproved:
            return fmt::format("{} is installed, and not proved{}", attempted, reason);
        case Outcome::rolled_back:
            return fmt::format("{} was rolled back, {} is live{}", attempted, printable(delivered.serving, 64), reason);
        case Outcome::refused:
            return fmt::format("{} was refused by the host{}", attempted, reason);
        case Outcome::skew:
            return fmt::format("{} is not valid by the host's clock{}", attempted, reason);
        case Outcome::failed:
            return "an error on the host" + reason;
    }
    return "";
}

/// What the issuer has done since the last delivery.
void add_pending(EntryStory& story, const IssuedEntry* issued, const DeliveredEntry* delivered) {
    const bool is_delivered = delivered != nullptr && issued != nullptr && delivered->attempted == issued->serial;
    if (issued != nullptr && !issued->serial.empty() && !is_delivered) {
        story.events.push_back({CycleEvent::Whose::issuer_box,
                                issued->issued_at,
                                {},
                                "issued",
                                fmt::format("issued {}, which is not delivered yet", printable(issued->serial, 64))});
    }
    if (issued != nullptr && !issued->refused.empty()) {
        const std::string text = "the host's request was refused: " + printable(issued->refused, kMostReason);
        story.events.push_back({CycleEvent::Whose::issuer_box, {}, {}, "request_refused", text});
        story.end += story.end.empty() ? text : "; " + text;
    }
}

void add_delivery(EntryStory& story, const IssuedEntry* issued, const DeliveredEntry& delivered) {
    const bool is_newest = issued != nullptr && issued->serial == delivered.attempted;
    auto& events = story.events;
    if (delivered.asked_at) {
        events.push_back(
            {CycleEvent::Whose::issuer_box, delivered.asked_at, {}, "fetched", "fetched the host's request"});
    }
    if (is_newest && issued->issued_at) {
        const std::string until = issued->not_after ? ", good until " + format_time(*issued->not_after) : "";
        events.push_back({CycleEvent::Whose::issuer_box,
                          issued->issued_at,
                          {},
                          "issued",
                          fmt::format("issued {}{}", printable(issued->serial, 64), until)});
    }
    if (delivered.sent_at) {
        events.push_back({CycleEvent::Whose::issuer_box, delivered.sent_at, {}, "sent", "sent the chain to the host"});
    }
    add_host_events(events, delivered);
}

EntryStory tell_entry(const EntryName& name, const IssuedEntry* issued, const DeliveredEntry* delivered) {
    EntryStory story{name, {}, {}, issued != nullptr ? issued->due_at : std::nullopt};
    const bool has_delivery = delivered != nullptr && delivered->outcome != Outcome::none;
    if (has_delivery) add_delivery(story, issued, *delivered);
    story.end = has_delivery ? outcome_text(*delivered) : "nothing was delivered yet";
    const bool came_with_it = delivered != nullptr && delivered->fetched_at >= delivered->sent_at;
    if (delivered != nullptr && delivered->fetched_at && (!has_delivery || came_with_it)) {
        story.events.push_back({CycleEvent::Whose::issuer_box,
                                delivered->fetched_at,
                                {},
                                "fetched_next",
                                has_delivery ? "fetched the host's next request" : "fetched the host's request"});
    }
    add_pending(story, issued, delivered);
    if (delivered != nullptr && !delivered->findings.empty()) {
        story.events.push_back({CycleEvent::Whose::host, {}, {}, "found", printable_findings(delivered->findings)});
    }
    return story;
}

template <class Entries>
auto find_entry(const Entries& entries, const HostName& host, const EntryName& entry) -> decltype(entries.data()) {
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const auto& each) { return each.host == host && each.entry == entry; });
    return found == entries.end() ? nullptr : &*found;
}

}  // namespace

std::string proof_of(const DeliveredEntry& delivered) {
    if (!delivered.proved_at) return "";
    const std::optional<Story> story = story_of(delivered);
    if (!story || delivered.outcome != Outcome::proved) return "handshake";
    const bool is_seen = std::any_of(story->marks.begin(), story->marks.end(),
                                     [](const Story::Mark& mark) { return mark.step == StoryStep::seen; });
    return is_seen ? "handshake" : "its commands";
}

std::optional<std::chrono::milliseconds> time_of(const DeliveredEntry& delivered) {
    const std::optional<Story> story = story_of(delivered);
    if (!story || story->marks.empty()) return std::nullopt;
    return story->marks.back().after;
}

HostStory tell_why(const Host& host, const std::optional<IssuerSnapshot>& issuer,
                   const std::optional<DistributorSnapshot>& distributor, Time now) {
    HostStory story{host.name, {}, {}, {}, 0, {}, {}};
    if (distributor) {
        const auto& hosts = distributor->hosts;
        const auto reached =
            std::find_if(hosts.begin(), hosts.end(), [&](const ReachedHost& each) { return each.host == host.name; });
        if (reached != hosts.end()) {
            story.reached_at = reached->reached_at;
            story.problem = printable(reached->problem, kMostReason);
            story.skew = reached->skew;
            story.misses = reached->misses;
            if (reached->held_until && *reached->held_until > now) story.held_until = reached->held_until;
        }
    }
    for (const Entry& entry : host.certificates) {
        story.entries.push_back(
            tell_entry(entry.name, issuer ? find_entry(issuer->entries, host.name, entry.name) : nullptr,
                       distributor ? find_entry(distributor->entries, host.name, entry.name) : nullptr));
    }
    return story;
}

}  // namespace halfday
