#include "cli/halfday/why.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "ca/base/duration.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/host_lookup.hpp"
#include "ca/status/fleet_json.hpp"
#include "cli/common/terminal.hpp"
#include "cli/halfday/status.hpp"

namespace halfday {
namespace {

std::string describe_due(const std::optional<Time>& due_at, Time now) {
    if (!due_at || *due_at <= now) return "now";
    return fmt::format("{}, in {}", format_time(*due_at), describe_span(*due_at - now));
}

/// Columns: when, how long since the host's visit began, what.
std::string event_table(const std::vector<CycleEvent>& events) {
    std::string text;
    for (const CycleEvent& event : events) {
        const std::string after = event.after ? fmt::format("+{} ms", event.after->count()) : "";
        text += fmt::format("  {:<20}  {:>9}  {}{}\n", event.at ? format_time(*event.at) : "-", after,
                            event.clock == CycleEvent::Whose::host ? "host: " : "", event.text);
    }
    return text;
}

nlohmann::json to_json(const CycleEvent& event) {
    return {{"at", time_or_null(event.at)},
            {"clock", event.clock == CycleEvent::Whose::host ? "host" : "issuer box"},
            {"after_ms", event.after ? nlohmann::json(event.after->count()) : nlohmann::json(nullptr)},
            {"step", event.step},
            {"text", event.text}};
}

}  // namespace

HostStory read_why(const Places& places, const HostName& name, Time now) {
    const Snapshots snapshots = read_snapshots(places);
    for (const std::string& damage : snapshots.damages) print_warning("halfday", damage);
    const Inventory inventory = read_inventory(places.hosts());
    HostStory story = tell_why(host_of(inventory, name), snapshots.issuer, snapshots.distributor, now);
    const Fleet fleet = fleet_of(inventory, snapshots, now);
    for (EntryStory& entry : story.entries) {
        const auto row = std::find_if(fleet.rows.begin(), fleet.rows.end(), [&](const FleetRow& each) {
            return each.host == story.host && each.entry == entry.entry;
        });
        if (row != fleet.rows.end()) entry.next = row->next;
    }
    return story;
}

std::string why_text(const HostStory& story, Time now) {
    std::string text =
        fmt::format("{}: {}\n", story.host.text(),
                    story.reached_at ? "answered last at " + format_time(*story.reached_at) : "never answered");
    if (!story.problem.empty()) text += fmt::format("the last try failed: {}\n", story.problem);
    if (story.misses > 1) text += fmt::format("it gave no answer in {} runs in a row\n", story.misses);
    if (story.held_until) {
        text += fmt::format("the timer's runs try it again from {}; at once: halfday push {}\n",
                            format_time(*story.held_until), story.host.text());
    }
    if (story.skew && *story.skew != Seconds{0}) {
        text += fmt::format("its clock is {} {} this box's\n", describe_span(std::chrono::abs(*story.skew)),
                            *story.skew < Seconds{0} ? "behind" : "ahead of");
    }
    for (const EntryStory& entry : story.entries) {
        text += fmt::format("\n{}: {}\n{}  next renewal: {}\n", entry.entry.text(), entry.end,
                            event_table(entry.events), describe_due(entry.due_at, now));
        if (!entry.next.empty()) text += "  next: " + entry.next + "\n";
    }
    return text;
}

std::string why_json(const HostStory& story, Time now) {
    nlohmann::json entries = nlohmann::json::array();
    for (const EntryStory& entry : story.entries) {
        nlohmann::json events = nlohmann::json::array();
        for (const CycleEvent& event : entry.events) events.push_back(to_json(event));
        entries.push_back({{"entry", entry.entry.text()},
                           {"end", entry.end},
                           {"due_at", time_or_null(entry.due_at)},
                           {"next", entry.next},
                           {"events", events}});
    }
    const nlohmann::json document{{"at", format_time(now)},
                                  {"host", story.host.text()},
                                  {"reached_at", time_or_null(story.reached_at)},
                                  {"problem", story.problem},
                                  {"skew", story.skew ? nlohmann::json(story.skew->count()) : nlohmann::json(nullptr)},
                                  {"misses", story.misses},
                                  {"held_until", time_or_null(story.held_until)},
                                  {"entries", entries}};
    return to_text(document);
}

}  // namespace halfday
