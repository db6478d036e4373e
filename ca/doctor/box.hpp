#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/doctor/diagnosis.hpp"
#include "ca/doctor/unit_properties.hpp"

namespace halfday {

/// What is seen of a user of this box.
struct SeenUser {
    std::string name;
    bool is_there = false;
    uid_t uid = 0;
    std::string shell{};
    std::vector<std::string> groups{};
};
/// The two services' users: that they are there, two, not root, in group halfday and not in each other's.
[[nodiscard]] Diagnoses judge_users(const SeenUser& issuer, const SeenUser& distributor);

/// The clock. Nothing for what is not known.
struct ClockFacts {
    Time now;
    std::optional<bool> is_synchronized{};  // as the kernel was told (adjtimex)
    std::optional<Time> newest_issued{};    // by the issuer's snapshot
    std::vector<Seconds> skews{};           // of the hosts' clocks, theirs minus ours
};
/// Where most of the hosts (three at least) are off the same way it is this box's clock that is wrong.
[[nodiscard]] Diagnoses judge_clock(const ClockFacts& facts);

/// What starts the cycles.
struct StartFacts {
    bool has_systemd = false;
    std::vector<UnitProperties> units{};  // halfday.timer and the services, by "Id"
    std::vector<Path> cron_files{};       // that have a line which starts halfday
};
[[nodiscard]] Diagnoses judge_starts(const StartFacts& facts);

/// Room on the file system that a folder is on.
struct Room {
    Path folder;
    std::string holds;  // what stops without it
    std::uint64_t free_bytes = 0;
    std::uint64_t bytes = 0;
    std::uint64_t free_inodes = 0;
    std::uint64_t inodes = 0;  // 0 where they are without limit
};
/// Two folders that are as full and as large are taken for one file system.
[[nodiscard]] Diagnoses judge_room(const std::vector<Room>& rooms);

/// `made` is the newest backup that is known of; `issues` whether there is anything to lose.
struct BackupFacts {
    std::optional<Time> made{};
    bool issues = false;
};
[[nodiscard]] Diagnoses judge_backup(const BackupFacts& facts, Time now);

}  // namespace halfday
