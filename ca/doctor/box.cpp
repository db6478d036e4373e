#include "ca/doctor/box.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "ca/base/duration.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/shell_word.hpp"
#include "ca/exchange/message.hpp"
#include "ca/exchange/places.hpp"

namespace halfday {
namespace {

constexpr std::size_t kFewestHosts = 3;  // that together know better than this box
constexpr std::uint64_t kMebi = 1024 * 1024;
constexpr std::uint64_t kLittleBytes = 512 * kMebi;  // about a million certificates' rows
constexpr std::uint64_t kNoBytes = 64 * kMebi;
constexpr std::uint64_t kLittleInodes = 10'000;
constexpr std::uint64_t kNoInodes = 500;
constexpr auto kOldBackup = std::chrono::days{7};

bool is_in(const SeenUser& user, std::string_view group) {
    return std::find(user.groups.begin(), user.groups.end(), group) != user.groups.end();
}

void judge_user(const SeenUser& user, const SeenUser& other, Diagnoses& found) {
    const auto problem = [&](const std::string& what, const std::string& why, const std::string& run) {
        found.push_back({"users", Severity::problem, what, why, run});
    };
    if (!user.is_there) {
        problem(fmt::format("there is no user '{}'", user.name), "each service runs as a user of its own",
                "systemd-sysusers /usr/lib/sysusers.d/halfday.conf");
        return;
    }
    if (user.uid == 0) {
        problem(fmt::format("the user '{}' is root", user.name), "a service is to be able to do its own work alone",
                fmt::format("userdel {} && systemd-sysusers /usr/lib/sysusers.d/halfday.conf", user.name));
    }
    if (!is_in(user, kGroup)) {
        problem(fmt::format("the user '{}' is not in group '{}'", user.name, kGroup),
                "it can't enter the exchange and the status",
                fmt::format("usermod --append --groups {} {}", kGroup, user.name));
    }
    if (is_in(user, other.name)) {
        problem(fmt::format("the user '{}' is in the group of '{}'", user.name, other.name),
                "the two don't trust each other, and neither is to read what is the other's",
                fmt::format("gpasswd --delete {} {}", user.name, other.name));
    }
    if (!user.shell.ends_with("/nologin") && !user.shell.ends_with("/false")) {
        found.push_back({"users", Severity::warning,
                         fmt::format("the user '{}' has the shell '{}'", user.name, printable(user.shell)),
                         "nobody is to log in as a service",
                         fmt::format("usermod --shell /usr/sbin/nologin {}", user.name)});
    }
}

const UnitProperties* find_unit(const std::vector<UnitProperties>& units, std::string_view id) {
    const auto found =
        std::find_if(units.begin(), units.end(), [&](const auto& unit) { return property(unit, "Id") == id; });
    return found == units.end() ? nullptr : &*found;
}

/// What the units were shipped with, and a drop-in may have taken from them.
struct Kept {
    std::string_view unit;
    std::string_view property;
    std::string_view value;
    std::string_view why;
};
constexpr std::array kKept{
    Kept{"halfday-issuer.service", "LimitCORE", "0", "a core dump would hold the intermediate's key"},
    Kept{"halfday-issuer.service", "PrivateNetwork", "yes", "the process that holds the key needs no network"},
    Kept{"halfday-issuer.service", "User", kIssuerUser, "it is to hold the key, and nothing else"},
    Kept{"halfday-distributor.service", "LimitCORE", "0", "a core dump would hold the SSH key"},
    Kept{"halfday-distributor.service", "User", kDistributorUser, "it is to hold the SSH key, and nothing else"},
};

void judge_units(const StartFacts& facts, Diagnoses& found) {
    for (const Kept& kept : kKept) {
        const UnitProperties* const unit = find_unit(facts.units, kept.unit);
        if (unit == nullptr || property(*unit, "LoadState") != "loaded") continue;
        if (property(*unit, kept.property) == kept.value) continue;
        found.push_back({"timer", Severity::warning,
                         fmt::format("{} has {}={}, not {}", kept.unit, kept.property,
                                     printable(property(*unit, kept.property)), kept.value),
                         std::string(kept.why), fmt::format("systemctl revert {}", kept.unit)});
    }
    for (const std::string& line : failed_units(facts.units)) {
        found.push_back({"timer", Severity::problem, line.substr(0, line.find(": ")), "nothing is renewed by it",
                         line.substr(line.find(": ") + 2)});
    }
}

void judge_timer(const StartFacts& facts, Diagnoses& found) {
    const UnitProperties* const timer = find_unit(facts.units, "halfday.timer");
    const bool is_loaded = timer != nullptr && property(*timer, "LoadState") == "loaded";
    const bool is_active = is_loaded && property(*timer, "ActiveState") == "active";
    const bool is_enabled = is_loaded && property(*timer, "UnitFileState") == "enabled";
    if (is_active && !is_enabled) {
        found.push_back({"timer", Severity::warning, "halfday.timer is started, and not enabled",
                         "after a reboot nothing is renewed", "systemctl enable halfday.timer"});
    }
    if (is_active && !facts.cron_files.empty()) {
        found.push_back(
            {"timer", Severity::warning,
             fmt::format("halfday.timer and '{}' both start cycles", printable(facts.cron_files[0].string())),
             "they wait for each other, and cron's are outside the units' sandbox",
             "rm " + shell_word(facts.cron_files[0].native())});
    }
    if (is_active || !facts.cron_files.empty()) return;
    found.push_back({"timer", Severity::problem, "nothing starts the cycles",
                     "what is served ends within 12 hours if nobody runs 'halfday run'",
                     is_loaded ? "systemctl enable --now halfday.timer"
                               : "cp /usr/share/doc/halfday/halfday.cron /etc/cron.d/halfday"});
}

bool is_same_system(const Room& left, const Room& right) {
    return left.free_bytes == right.free_bytes && left.bytes == right.bytes && left.inodes == right.inodes;
}

std::string describe_left(const Room& room, bool is_of_bytes) {
    return is_of_bytes ? fmt::format("{} of {} MiB are free", room.free_bytes / kMebi, room.bytes / kMebi)
                       : fmt::format("{} of {} inodes are free", room.free_inodes, room.inodes);
}

}  // namespace

Diagnoses judge_users(const SeenUser& issuer, const SeenUser& distributor) {
    Diagnoses found;
    judge_user(issuer, distributor, found);
    judge_user(distributor, issuer, found);
    if (issuer.is_there && distributor.is_there && issuer.uid == distributor.uid) {
        found.push_back({"users", Severity::problem,
                         fmt::format("'{}' and '{}' are one user", issuer.name, distributor.name),
                         "the one who holds the SSH key could sign",
                         fmt::format("userdel {} && systemd-sysusers /usr/lib/sysusers.d/halfday.conf, then: halfday "
                                     "doctor",
                                     distributor.name)});
    }
    return found;
}

Diagnoses judge_clock(const ClockFacts& facts) {
    Diagnoses found;
    if (facts.is_synchronized == false) {
        found.push_back({"clock", Severity::warning, "no time service keeps this box's clock",
                         "certificates that live 12 hours want a clock that is right within minutes",
                         "timedatectl set-ntp true"});
    }
    if (facts.newest_issued && *facts.newest_issued - facts.now > kMostSkew) {
        found.push_back({"clock", Severity::problem,
                         fmt::format("the clock says {}, but a certificate was issued at {}", format_time(facts.now),
                                     format_time(*facts.newest_issued)),
                         "nothing is issued by a clock that is wrong", "timedatectl set-ntp true, then: date -u"});
    }
    const auto ahead = std::count_if(facts.skews.begin(), facts.skews.end(), [](Seconds s) { return s > kMostSkew; });
    const auto behind = std::count_if(facts.skews.begin(), facts.skews.end(), [](Seconds s) { return s < -kMostSkew; });
    const auto most = static_cast<std::size_t>(std::max(ahead, behind));
    if (facts.skews.size() >= kFewestHosts && 2 * most > facts.skews.size()) {
        found.push_back({"clock", Severity::problem,
                         fmt::format("the clocks of {} of {} hosts are {} this box's", most, facts.skews.size(),
                                     ahead > behind ? "ahead of" : "behind"),
                         "it is this box's clock that is wrong, and hosts refuse what it signs",
                         "timedatectl set-ntp true, then: date -u"});
    }
    return found;
}

Diagnoses judge_starts(const StartFacts& facts) {
    Diagnoses found;
    judge_timer(facts, found);
    if (facts.has_systemd) judge_units(facts, found);
    return found;
}

Diagnoses judge_room(const std::vector<Room>& rooms) {
    Diagnoses found;
    for (std::size_t i = 0; i < rooms.size(); ++i) {
        const Room& room = rooms[i];
        const auto before = rooms.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::any_of(rooms.begin(), before, [&](const Room& other) { return is_same_system(room, other); }))
            continue;
        const bool has_inodes = room.inodes == 0 || room.free_inodes >= kLittleInodes;
        if (room.free_bytes >= kLittleBytes && has_inodes) continue;
        const bool is_full = room.free_bytes < kNoBytes || (room.inodes != 0 && room.free_inodes < kNoInodes);
        found.push_back({"disk", is_full ? Severity::problem : Severity::warning,
                         fmt::format("where '{}' is, {}", printable(room.folder.string()),
                                     describe_left(room, room.free_bytes < kLittleBytes)),
                         "without room " + room.holds,
                         fmt::format("du -xsh {}/*, then make room, or: halfday ledger archive",
                                     shell_word(room.folder.parent_path().native()))});
    }
    return found;
}

Diagnoses judge_backup(const BackupFacts& facts, Time now) {
    if (!facts.issues || (facts.made && now - *facts.made < kOldBackup)) return {};
    return {{"backup", Severity::warning,
             facts.made ? fmt::format("the newest backup is {} old", describe_span(now - *facts.made))
                        : "no backup was made by this box's 'halfday backup'",
             "without one a lost box means a new ledger, and every host enrolled again",
             "halfday backup /root/halfday-$(date +%F).tar, and take that to another box"}};
}

}  // namespace halfday
