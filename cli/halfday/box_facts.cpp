#include "cli/halfday/box_facts.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>
#include <system_error>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "distribute/process/process.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostFiles = 20'000;
constexpr std::size_t kMostCronBytes = 1024 * 1024;
constexpr std::size_t kMostNoteBytes = 64;
constexpr const char* kProperties =
    "--property=Id,LoadState,ActiveState,UnitFileState,Result,ExecMainStatus,LimitCORE,PrivateNetwork,User";
constexpr std::string_view kPrivateKey = "PRIVATE KEY-----";

std::string user_name(uid_t uid) {
    const passwd* const found = ::getpwuid(uid);
    return found != nullptr ? found->pw_name : std::to_string(uid);
}

std::string group_name(gid_t gid) {
    const group* const found = ::getgrgid(gid);
    return found != nullptr ? found->gr_name : std::to_string(gid);
}

/// By its first line, where this user may read it.
bool begins_a_private_key(const Path& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    std::array<char, 64> first{};
    if (!file || ::read(file.get(), first.data(), first.size()) <= 0) return false;
    return std::string_view(first.data(), first.size()).find(kPrivateKey) != std::string_view::npos;
}

SeenFile::Kind kind_of(const struct stat& status) {
    if (S_ISREG(status.st_mode)) return SeenFile::Kind::file;
    return S_ISDIR(status.st_mode) ? SeenFile::Kind::folder : SeenFile::Kind::other;
}

/// Throws Error{io} where this user may not look.
SeenFile see(const Path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        if (errno == ENOENT) return {.path = path};
        throw_errno("'" + printable(path.string()) + "'");
    }
    const SeenFile::Kind kind = kind_of(status);
    return {.path = path,
            .mode = status.st_mode & 07777U,
            .user = user_name(status.st_uid),
            .group = group_name(status.st_gid),
            .kind = kind,
            .is_private_key = kind == SeenFile::Kind::file && begins_a_private_key(path)};
}

bool starts_cycles(const std::string& crontab) {
    std::istringstream lines(crontab);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#')) continue;
        if (line.find("halfday run") != std::string::npos || line.find("halfday-issuer issue") != std::string::npos) {
            return true;
        }
    }
    return false;
}

/// Those of users who can start a cycle: what others write into theirs starts none.
std::vector<Path> crontabs() {
    const Path of_users = "/var/spool/cron/crontabs";
    std::vector<Path> files{"/etc/crontab", of_users / "root", of_users / kIssuerUser, of_users / kDistributorUser};
    std::error_code unreadable;
    for (const auto& each : std::filesystem::directory_iterator("/etc/cron.d", unreadable)) {
        files.push_back(each.path());
    }
    return files;
}

Room room_on(const Path& folder, const std::string& holds) {
    struct statvfs system {};
    if (::statvfs(folder.c_str(), &system) != 0) throw_errno("'" + folder.string() + "'");
    return {.folder = folder,
            .holds = holds,
            .free_bytes = std::uint64_t{system.f_bavail} * system.f_frsize,
            .bytes = std::uint64_t{system.f_blocks} * system.f_frsize,
            .free_inodes = system.f_favail,
            .inodes = system.f_files};
}

std::vector<std::string> groups_of(const char* name, gid_t primary) {
    int count = 64;
    std::vector<gid_t> ids(static_cast<std::size_t>(count));
    while (::getgrouplist(name, primary, ids.data(), &count) < 0) ids.resize(static_cast<std::size_t>(count));
    ids.resize(static_cast<std::size_t>(count));
    std::vector<std::string> names;
    for (const gid_t id : ids) names.push_back(group_name(id));
    return names;
}

}  // namespace

std::vector<SeenFile> BoxLook::folders() {
    std::vector<SeenFile> seen;
    for (const BoxFolder& folder : box_folders(places_)) {
        for (const SeenFile& each : tried("a folder", [&] { return std::vector{see(folder.path)}; })) {
            seen.push_back(each);
        }
    }
    return seen;
}

std::vector<SeenFile> BoxLook::configuration() {
    std::vector<SeenFile> seen;
    for (const Path& folder : {places_.etc, places_.hosts()}) {
        std::error_code reason;
        for (const auto& each : std::filesystem::directory_iterator(folder, reason)) {
            if (each.path() == places_.hosts() || each.path().filename().string().starts_with('.')) continue;
            for (SeenFile& file : tried("a file", [&] { return std::vector{see(each.path())}; })) {
                seen.push_back(std::move(file));
            }
        }
        if (reason && reason != std::errc::no_such_file_or_directory) {
            leave_out("'" + folder.string() + "': " + reason.message());
        }
    }
    return seen;
}

std::vector<SeenFile> BoxLook::files_below(const Path& folder) {
    std::vector<SeenFile> seen;
    std::error_code reason;
    std::filesystem::recursive_directory_iterator each(folder, reason);
    for (; !reason && each != std::filesystem::recursive_directory_iterator(); each.increment(reason)) {
        if (seen.size() == kMostFiles) {
            leave_out(fmt::format("'{}': more than {} files", folder.string(), kMostFiles));
            return seen;
        }
        const Path path = each->path();
        for (SeenFile& file : tried("a file", [&] { return std::vector{see(path)}; })) {
            if (file.kind != SeenFile::Kind::missing) seen.push_back(std::move(file));
        }
    }
    if (reason && reason != std::errc::no_such_file_or_directory) {
        leave_out("'" + folder.string() + "': " + reason.message());
    }
    return seen;
}

std::vector<OwnFolder> BoxLook::own_folders() {
    const std::string issues = "the issuer can't replace it, and a run of its stops there";
    const std::string delivers = "the distributor can't replace it, and a run of its stops there";
    std::vector<OwnFolder> folders{
        {places_.issuer(), kIssuerUser, issues, {}},
        {places_.exchange() / "chains", kIssuerUser, issues, {}},
        {places_.issuer_snapshot().parent_path(), kIssuerUser, issues, {}},
        {places_.distributor(), kDistributorUser, delivers, {}},
        {places_.exchange() / "requests", kDistributorUser, delivers, {}},
        {places_.exchange() / "receipts", kDistributorUser, delivers, {}},
        {places_.distributor_snapshot().parent_path(), kDistributorUser, delivers, {}},
    };
    for (OwnFolder& folder : folders) folder.files = files_below(folder.path);
    return folders;
}

SeenUser BoxLook::user(const std::string& name) {
    const passwd* const found = ::getpwnam(name.c_str());
    if (found == nullptr) return {.name = name};
    const gid_t primary = found->pw_gid;
    SeenUser user{.name = name, .is_there = true, .uid = found->pw_uid, .shell = found->pw_shell};
    user.groups = groups_of(name.c_str(), primary);
    return user;
}

StartFacts BoxLook::starts() {
    StartFacts facts{.has_systemd = std::filesystem::exists("/run/systemd/system")};
    for (const Path& file : crontabs()) {
        const auto crontab = tried("a crontab", [&] { return read_file_if_there(file, kMostCronBytes); });
        if (crontab && starts_cycles(*crontab)) facts.cron_files.push_back(file);
    }
    if (!facts.has_systemd) return facts;
    facts.units = tried("systemd", [&] {
        const Finished shown = run_process(Command{.argv = {"systemctl", "show", kProperties, "halfday.timer",
                                                            "halfday-issuer.service", "halfday-distributor.service"},
                                                   .input = {},
                                                   .environment = {}});
        return parse_unit_properties(shown.out);
    });
    return facts;
}

std::vector<Room> BoxLook::rooms() {
    std::vector<Room> rooms;
    for (const auto& needed : std::initializer_list<std::pair<Path, std::string>>{
             {places_.issuer(), "nothing is issued, since no row can be added to the ledger"},
             {places_.exchange(), "nothing crosses between issuer and distributor"},
             {places_.distributor(), "every chain is delivered again"},
             {places_.status(), "status and monitoring stand still"}}) {
        for (Room& room : tried("room on disk", [&] { return std::vector{room_on(needed.first, needed.second)}; })) {
            rooms.push_back(std::move(room));
        }
    }
    return rooms;
}

BackupFacts BoxLook::backup() {
    BackupFacts facts;
    const auto note =
        tried("the newest backup", [&] { return read_file_if_there(places_.backup_note(), kMostNoteBytes); });
    if (note) {
        facts.made =
            tried("the newest backup", [&] { return std::optional(parse_time(note->substr(0, note->find('\n')))); });
    }
    return facts;
}

std::optional<bool> clock_is_synchronized() {
    timex clock{};
    const int state = ::adjtimex(&clock);
    if (state < 0) return std::nullopt;
    return state != TIME_ERROR;
}

std::vector<HostName> hosts_without_address(const Inventory& inventory) {
    std::vector<HostName> without;
    for (const Host& host : inventory.hosts) {
        const auto* const reach = std::get_if<SshReach>(&host.reach);
        if (reach == nullptr) continue;
        addrinfo* found = nullptr;
        if (::getaddrinfo(reach->host.c_str(), nullptr, nullptr, &found) != 0) {
            without.push_back(host.name);
        } else {
            ::freeaddrinfo(found);
        }
    }
    return without;
}

}  // namespace halfday
