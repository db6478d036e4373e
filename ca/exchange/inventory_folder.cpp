// Reads the folder of the inventory. A file that changed within two seconds before a run began is not cached by it:
// what is written then may get the same size and time (Git's "racy" rule).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/cache_bytes.hpp"
#include "ca/exchange/inventory_cache.hpp"
#include "ca/exchange/inventory_yaml.hpp"

namespace halfday {
namespace {

constexpr std::string_view kFileEnding = ".yaml";

/// Whether its name begins with a dot, or is one that editors and dpkg give to what they leave behind.
bool is_left_out(const std::string& file) {
    const std::string ending = Path(file).extension().string();
    return file.starts_with('.') || file.ends_with('~') || ending == ".bak" || ending == ".swp" || ending == ".orig" ||
           ending.starts_with(".dpkg-");
}

/// The names of the files that make up the inventory, sorted. Throws Error{usage}.
std::vector<std::string> list_files(const Path& folder) {
    require_roots_own(folder);
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::string name = it->path().filename().string();
        if (!is_left_out(name)) {
            names.push_back(std::move(name));
        }
    }
    if (error) {
        throw_errno("cannot list the folder '" + folder.string() + "'", error.value());
    }
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
            throw Error(ErrorKind::usage,
                        "the hosts '" + owner->second->text() + "' and '" + host.name.text() +
                            "' have the same identity key, and one could speak for the other",
                        "run 'halfday-receiver init' anew on one of them, and 'halfday host rekey' for it here");
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

std::vector<CachedHost> load(const Path& cache, const Path& folder) {
    auto hosts = parse_inventory_cache(read_cache(cache), folder);
    return hosts ? std::move(*hosts) : std::vector<CachedHost>{};
}

void save(const Path& cache, const Path& folder, const std::vector<CachedHost>& hosts, std::int64_t began) {
    std::vector<CachedHost> settled;
    std::copy_if(hosts.begin(), hosts.end(), std::back_inserter(settled),
                 [&](const CachedHost& each) { return is_settled(each.stamp, began); });
    write_cache(cache, to_inventory_cache(settled, folder));
}

/// The hosts of one run, from files and from what is known of them.
class Reading {
   public:
    Reading(const Path& folder, std::vector<CachedHost> known) : folder_(folder), known_(std::move(known)) {}

    /// `files` is sorted, as what is known.
    std::vector<CachedHost> read(const std::vector<std::string>& files) {
        const FileDescriptor listed(::open(folder_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        std::vector<CachedHost> hosts;
        hosts.reserve(files.size());
        for (const std::string& file : files) {
            const auto stamp = stamp_of_roots_own(listed, file);
            CachedHost* const known = find(file);
            if (known != nullptr && stamp == known->stamp) {
                hosts.push_back(std::move(*known));
                ++used_;
            } else {
                const HostName name = host_of_file(folder_ / file);
                Host host = host_from(read_trusted_yaml(folder_ / file), name);
                hosts.push_back({file, stamp.value_or(FileStamp{}), std::move(host)});
            }
        }
        return hosts;
    }

    /// Whether what is known was not just what there is.
    [[nodiscard]] bool has_news(std::size_t files) const { return used_ != known_.size() || used_ != files; }

   private:
    CachedHost* find(const std::string& file) {
        while (next_ < known_.size() && known_[next_].file < file) ++next_;
        return next_ < known_.size() && known_[next_].file == file ? &known_[next_] : nullptr;
    }

    const Path& folder_;
    std::vector<CachedHost> known_;
    std::size_t next_ = 0;
    std::size_t used_ = 0;
};

bool by_name(const Host& left, const Host& right) { return left.name.text() < right.name.text(); }

}  // namespace

Inventory read_inventory(const Path& folder) { return read_inventory(folder, {}); }

Inventory read_inventory(const Path& folder, const Path& cache) {
    const std::int64_t began = clock_of_files();
    const std::vector<std::string> files = list_files(folder);
    Reading reading(folder, load(cache, folder));
    std::vector<CachedHost> read = reading.read(files);
    if (!cache.empty() && reading.has_news(files.size())) save(cache, folder, read, began);
    Inventory inventory;
    inventory.hosts.reserve(read.size());
    for (CachedHost& each : read) inventory.hosts.push_back(std::move(each.host));
    if (!std::is_sorted(inventory.hosts.begin(), inventory.hosts.end(), by_name)) {
        std::sort(inventory.hosts.begin(), inventory.hosts.end(), by_name);
    }
    refuse_shared_identities(inventory.hosts);
    return inventory;
}

}  // namespace halfday
