#include "cli/halfday/status.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/host_lookup.hpp"
#include "ca/status/check_line.hpp"
#include "ca/status/fleet_json.hpp"
#include "ca/status/metrics.hpp"
#include "ca/status/page.hpp"
#include "ca/status/screen.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/halfday/screen_style.hpp"
#include "cli/halfday/watch.hpp"
#include "cli/halfday/why.hpp"

namespace halfday {
namespace {

constexpr int kUnknown = 3;  // for monitoring systems: our own failure

/// One side's damaged snapshot must not hide the other's facts.
template <class Snapshot>
std::optional<Snapshot> read_if_whole(std::optional<Snapshot> (*read)(const Path&), const Path& file,
                                      std::vector<std::string>& damages) {
    try {
        return read(file);
    } catch (const Error& error) {
        damages.emplace_back(error.what());
        return std::nullopt;
    }
}

Fleet read_fleet(const Places& places, Time now) {
    const Snapshots snapshots = read_snapshots(places);
    return fleet_of(read_inventory(places.hosts()), snapshots, now);
}

bool has_filter(const StatusOptions& options) {
    return options.failing || options.state != "any" || !options.hosts.empty();
}

/// What goes to one place; files may be written together.
void require_one_form(const StatusOptions& options) {
    std::vector<std::string> forms;
    const auto add = [&](bool given, const char* name) {
        if (given) forms.emplace_back(name);
    };
    add(options.check, "--check");
    add(!options.why.empty(), "--why");
    add(options.json && options.why.empty(), "--json");
    add(!options.watch.empty(), "--watch");
    add(!options.metrics.empty() || !options.html.empty(), options.metrics.empty() ? "--html" : "--metrics");
    if (forms.size() > 1) {
        throw Error(ErrorKind::usage, fmt::format("{} and {} can't go together", forms[0], forms[1]),
                    "run it once for each; --metrics and --html may be together");
    }
    const bool is_of_rows = forms.empty() || forms[0] == "--json" || forms[0] == "--watch";
    if (has_filter(options) && !is_of_rows) {
        throw Error(ErrorKind::usage, fmt::format("{} takes no other host, state or pattern", forms[0]),
                    "filters are for the screen, --watch and --json");
    }
}

RowFilter filter_of(const StatusOptions& options) {
    RowFilter filter{parse_state(options.failing ? "failing" : options.state).value_or(RowFilter::State::any), {}};
    for (const std::string& host : options.hosts) {
        filter.hosts.push_back(is_pattern(host) || host.find('/') != std::string::npos ? host
                                                                                       : HostName::parse(host).text());
    }
    return filter;
}

/// A name without a wildcard is one of the inventory.
void require_known(const StatusOptions& options, const Inventory& inventory) {
    for (const std::string& host : options.hosts) {
        if (!is_pattern(host)) {
            static_cast<void>(host_of(inventory, HostName::parse(host.substr(0, host.find('/')))));
        }
    }
}

std::string no_match(const StatusOptions& options, const Fleet& fleet) {
    return has_filter(options) ? fmt::format("none of the {} certificates is like that\n", fleet.rows.size()) : "";
}

std::string screen(const StatusOptions& options, const Places& places, const ScreenPlace& place, Time now) {
    const Fleet fleet = read_fleet(places, now);
    const Rows rows = matching_rows(fleet, filter_of(options), now);
    const Selection selection = select_rows(rows, options.all ? rows.size() : place.rows);
    return fleet_screen(fleet, selection, place.style, now) + (rows.empty() ? no_match(options, fleet) : "");
}

int check(const Places& places, Time now) {
    try {
        const Fleet fleet = read_fleet(places, now);
        fmt::print("{}", check_line(fleet, now));
        return static_cast<int>(fleet.health);
    } catch (const Error& error) {
        fmt::print("UNKNOWN: {}\n", one_line(error.what()));
        return kUnknown;
    }
}

std::string page(const Fleet& fleet, const Inventory& inventory, const Snapshots& snapshots, Time now) {
    std::vector<HostStory> stories;
    for (const HostName& host : hosts_to_explain(fleet, kMostStories)) {
        stories.push_back(tell_why(host_of(inventory, host), snapshots.issuer, snapshots.distributor, now));
    }
    return status_page(
        fleet, stories,
        snapshots.issuer ? newest_certificates(*snapshots.issuer, kNewestCertificates) : std::vector<IssuedEntry>{},
        now);
}

void write_files(const StatusOptions& options, const Places& places, Time now) {
    const Snapshots snapshots = read_snapshots(places);
    const Inventory inventory = read_inventory(places.hosts());
    const Fleet fleet = fleet_of(inventory, snapshots, now);
    if (!options.metrics.empty()) {
        replace_file(options.metrics, fleet_metrics(fleet, now), Access{0644});
    }
    if (!options.html.empty()) {
        replace_file(options.html, page(fleet, inventory, snapshots, now), Access{0644});
    }
}

void show_why(const StatusOptions& options, const Places& places, Time now) {
    const HostStory story = read_why(places, HostName::parse(options.why), now);
    fmt::print("{}", options.json ? why_json(story, now) : why_text(story, now));
}

}  // namespace

Snapshots read_snapshots(const Places& places) {
    if (::access(places.status().c_str(), X_OK) != 0) {
        const int reason = errno;
        throw_errno("cannot read '" + places.status().string() + "'", reason,
                    reason == ENOENT ? "halfday init" : fmt::format("root and members of group '{}' may", kGroup));
    }
    Snapshots snapshots;
    snapshots.issuer = read_if_whole(read_issuer_snapshot, places.issuer_snapshot(), snapshots.damages);
    snapshots.distributor = read_if_whole(read_distributor_snapshot, places.distributor_snapshot(), snapshots.damages);
    return snapshots;
}

Fleet fleet_of(const Inventory& inventory, const Snapshots& snapshots, Time now) {
    Fleet fleet = join_fleet(inventory, snapshots.issuer, snapshots.distributor, now);
    if (!snapshots.damages.empty()) {
        fleet.health = Health::critical;
        fleet.problems.insert(fleet.problems.begin(), snapshots.damages.begin(), snapshots.damages.end());
    }
    return fleet;
}

int show_status(const StatusOptions& options, const Places& places) {
    require_one_form(options);
    const Time now = system_now();
    if (options.check) {
        return check(places, now);
    }
    if (!options.why.empty()) {
        show_why(options, places, now);
        return kDone;
    }
    if (!options.hosts.empty()) {
        require_known(options, read_inventory(places.hosts()));
    }
    if (!options.watch.empty()) {
        watch(parse_duration(options.watch),
              [&](const ScreenPlace& place) { return screen(options, places, place, system_now()); });
    } else if (!options.metrics.empty() || !options.html.empty()) {
        write_files(options, places, now);
    } else if (options.json) {
        const Fleet fleet = read_fleet(places, now);
        fmt::print("{}", fleet_json(fleet, matching_rows(fleet, filter_of(options), now), now));
    } else {
        fmt::print("{}", screen(options, places, screen_place(), now));
    }
    return kDone;
}

}  // namespace halfday
