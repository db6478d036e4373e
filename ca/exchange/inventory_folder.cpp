// Reads the folder of the inventory. A file that changed within two seconds before a run began is not cached by it:
// what is written then may get the same size and time (Git's "racy" rule).
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/processors.hpp"
#include "ca/exchange/inventory_cache.hpp"
#include "ca/exchange/inventory_yaml.hpp"

namespace halfday {
namespace {

constexpr std::string_view kFileEnding = ".yaml";

/// Whether its name begins with a dot, or is one that editors and dpkg give to what they leave behind.
bool is_left_out(std::string_view file) {
    const std::string_view ending = file.substr(std::min(file.rfind('.'), file.size()));
    return file.starts_with('.') || file.ends_with('~') || ending == ".bak" || ending == ".swp" || ending == ".orig" ||
           ending.starts_with(".dpkg-");
}

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

/// The names of the files that make up the inventory, sorted. Throws Error{usage}.
std::vector<std::string> list_files(const Path& folder) {
    require_roots_own(folder);
    const std::string failure = "cannot list the folder '" + folder.string() + "'";
    const std::unique_ptr<DIR, CloseFolder> open(::opendir(folder.c_str()));
    if (open == nullptr) throw_errno(failure);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* const found = ::readdir(open.get())) {
        if (!is_left_out(&found->d_name[0])) names.emplace_back(&found->d_name[0]);
        errno = 0;
    }
    if (errno != 0) throw_errno(failure);
    std::sort(names.begin(), names.end());
    return names;
}

/// The host that a file of the inventory is named after. Throws Error{usage}.
HostName host_of_file(const Path& path) {
    const std::string file = path.filename().string();
    try {
        if (!file.ends_with(kFileEnding)) {
            throw Error(ErrorKind::usage, "its name does not end in '" + std::string(kFileEnding) + "'");
        }
        const std::string stem = file.substr(0, file.size() - kFileEnding.size());
        HostName name = HostName::parse(stem);
        if (name.text() != stem) {
            throw Error(ErrorKind::usage, "its name is not in lower case");
        }
        return name;
    } catch (const Error& error) {
        throw Error(ErrorKind::usage, "'" + printable(path.string(), 300) + "' is not a host's file: " + error.what(),
                    "name each file there 'HOST.yaml', or let its name begin with a dot to leave it out");
    }
}

void refuse_shared_identities(const std::vector<Host>& hosts) {
    std::unordered_map<std::string_view, const HostName*> owners(hosts.size());
    for (const Host& host : hosts) {
        const auto [owner, is_new] = owners.emplace(host.identity.spki(), &host.name);
        if (!is_new) {
            throw Error(
                ErrorKind::usage,
                "the hosts '" + owner->second->text() + "' and '" + host.name.text() +
                    "' have the same identity key, and one could speak for the other",
                "remove one of them (halfday host remove), make its identity anew there (halfday-receiver init), and "
                "add it again");
        }
    }
}

/// Its stamp, when it is there and as root's own files are (require_roots_own, which tells what is wrong).
std::optional<FileStamp> stamp_of_roots_own(const FileDescriptor& folder, const std::string& file) {
    struct stat status {};
    const bool found = ::fstatat(folder.get(), file.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
    const bool is_roots_own =
        S_ISREG(status.st_mode) && status.st_uid == 0 && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
    return found && is_roots_own ? std::optional(stamp_of(status)) : std::nullopt;
}

std::vector<std::optional<FileStamp>> stamps_of(const Path& folder, const std::vector<std::string>& files) {
    const FileDescriptor listed(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    std::vector<std::optional<FileStamp>> stamps(files.size());
    in_parallel(files.size(), kManyStamps, [&](std::size_t at) { stamps[at] = stamp_of_roots_own(listed, files[at]); });
    return stamps;
}

/// A run's hosts, and the stamp that each one's file had.
struct Read {
    std::vector<Host> hosts;
    std::vector<std::optional<FileStamp>> stamps;
    bool has_news = false;  // whether what was known was not just what there is
};

/// `files` is sorted.
Read read_files(const Path& folder, const std::vector<std::string>& files, CachedInventory& known) {
    Read read{.hosts = {}, .stamps = stamps_of(folder, files)};
    read.hosts.reserve(files.size());
    for (std::size_t at = 0; at < files.size(); ++at) {
        const auto& stamp = read.stamps[at];
        auto host = stamp ? known.take(files[at], *stamp) : std::nullopt;
        if (!host) {
            host = host_from(read_trusted_yaml(folder / files[at]), host_of_file(folder / files[at]));
            read.has_news = true;
        }
        read.hosts.push_back(std::move(*host));
    }
    read.has_news = read.has_news || !known.is_used_up();
    return read;
}

void save(const Path& cache, const Path& folder, const std::vector<std::string>& files, const Read& read,
          std::int64_t began) {
    InventoryCacheWriter out(folder);
    for (std::size_t at = 0; at < files.size(); ++at) {
        const auto& stamp = read.stamps[at];
        if (stamp && is_settled(*stamp, began)) out.add(files[at], *stamp, read.hosts[at]);
    }
    write_cache(cache, out.seal());
}

bool by_name(const Host& left, const Host& right) { return left.name.text() < right.name.text(); }

}  // namespace

Inventory read_inventory(const Path& folder) { return read_inventory(folder, {}); }

Inventory read_inventory(const Path& folder, const Path& cache) {
    const std::int64_t began = clock_of_files();
    const std::vector<std::string> files = list_files(folder);
    CachedInventory known(read_cache(cache), folder);
    Read read = read_files(folder, files, known);
    const bool is_new = read.has_news || !known.is_known();
    if (!cache.empty() && is_new) save(cache, folder, files, read, began);
    Inventory inventory{std::move(read.hosts)};
    if (!std::is_sorted(inventory.hosts.begin(), inventory.hosts.end(), by_name)) {
        std::sort(inventory.hosts.begin(), inventory.hosts.end(), by_name);
    }
    refuse_shared_identities(inventory.hosts);
    return inventory;
}

}  // namespace halfday
