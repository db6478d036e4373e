#include "cli/halfday/notify.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/doctor/unit_properties.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/notification.hpp"
#include "ca/exchange/settings.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/halfday/service.hpp"
#include "cli/halfday/status.hpp"
#include "distribute/process/process.hpp"

namespace halfday {
namespace {

std::string name_of_this_box() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return printable(name.data());
}

/// What was remembered can be lost at any time: people are then told once more.
std::vector<KnownReason> read_known(const Places& places) {
    try {
        const auto json = read_file_if_there(places.notified(), kMostKnownReasonsBytes);
        return json ? parse_known_reasons(*json) : std::vector<KnownReason>{};
    } catch (const Error&) {
        return {};
    }
}

struct Situation {
    std::vector<Reason> reasons;
    std::optional<Time> first_dark;
};

Situation look(const Places& places, std::vector<std::string> failed_steps, Time now) {
    try {
        const Fleet fleet = fleet_of(read_inventory(places.hosts()), read_snapshots(places), now);
        return {reasons_of(fleet, failed_steps), fleet.first_dark};
    } catch (const Error& error) {  // the first thing to tell of
        failed_steps.emplace_back(error.what());
        return {reasons_of({}, failed_steps), std::nullopt};
    }
}

/// Throws Error{io} with the command's own words when it fails.
void give_to_command(const Settings::Notify& notify, const std::string& text) {
    Command command;
    command.argv = notify.command;
    command.input = text;
    command.deadline = notify.timeout;
    command.orphan = Command::Orphan::dies;
    if (::geteuid() == 0) command.user = find_user(notify.user);
    const Finished finished = run_process(command);
    if (finished.status == 0) return;
    throw Error(ErrorKind::io,
                fmt::format("people are not told: '{}' {}{}", printable(notify.command.front()),
                            finished.timed_out ? "did not end in time" : fmt::format("ended with {}", finished.status),
                            finished.error.empty() ? "" : ": '" + printable(finished.error, 400) + "'"),
                "mend 'notify' in halfday.yaml, and try: halfday notify --test");
}

/// The units of a cycle whose last run failed; none where there is no systemd.
std::vector<std::string> failed_unit_lines() {
    if (!std::filesystem::exists("/run/systemd/system")) return {};
    const Finished shown = run_process(Command{.argv = {"systemctl", "show", "--property=Id,Result,ExecMainStatus",
                                                        "halfday-issuer.service", "halfday-distributor.service"},
                                               .input = {},
                                               .environment = {}});
    return failed_units(parse_unit_properties(shown.out));
}

std::string text_of(const Situation& situation, Notification::What what, Time now) {
    return notification_text(name_of_this_box(), what, situation.reasons, situation.first_dark, now);
}

int dry_run(const Settings::Notify& notify, const Situation& situation, const Notification& notification, Time now) {
    if (notification.what == Notification::What::nothing) {
        fmt::print("nothing is news: {}\n",
                   situation.reasons.empty()
                       ? "all is well"
                       : fmt::format("{} reasons were told before, or may pass", situation.reasons.size()));
        return kDone;
    }
    fmt::print("would tell {}:\n\n{}",
               notify.command.empty() ? "nobody, since halfday.yaml has no 'notify'"
                                      : fmt::format("'{}' as {}", printable(notify.command.front()), notify.user),
               text_of(situation, notification.what, now));
    return kDone;
}

int try_command(const Settings::Notify& notify) {
    if (notify.command.empty()) {
        throw Error(ErrorKind::usage, "halfday.yaml has no 'notify'",
                    "notify: {command: [/usr/bin/mail, -s, halfday, oncall@example.org]}");
    }
    give_to_command(notify,
                    fmt::format("halfday on {}: this is a trial of 'notify'; nothing is wrong\n", name_of_this_box()));
    fmt::print("'{}' took it\n", printable(notify.command.front()));
    return kDone;
}

}  // namespace

bool has_notify_command(const Places& places) { return !read_settings(places.settings()).notify.command.empty(); }

std::string notify_after_cycle(const Places& places, const std::vector<std::string>& failed_steps, Time now) {
    const Settings::Notify notify = read_settings(places.settings()).notify;
    const Situation situation = look(places, failed_steps, now);
    const Notification notification = notification_for(situation.reasons, read_known(places), now);
    std::string text;
    if (notification.what != Notification::What::nothing) {
        text = text_of(situation, notification.what, now);
        if (!notify.command.empty()) give_to_command(notify, text);
    }
    replace_file(places.notified(), to_json(notification.known), Access{0644});
    return text;
}

int run_notify(const Places& places, NotifyDepth depth, Time now) {
    require_root("notify");
    const Settings::Notify notify = read_settings(places.settings()).notify;
    if (depth == NotifyDepth::trial) return try_command(notify);
    if (depth == NotifyDepth::dry_run) {
        const Situation situation = look(places, failed_unit_lines(), now);
        return dry_run(notify, situation, notification_for(situation.reasons, read_known(places), now), now);
    }
    if (!notify.command.empty()) static_cast<void>(notify_after_cycle(places, failed_unit_lines(), now));
    return kDone;
}

}  // namespace halfday
