#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/exchange/file_stamp.hpp"
#include "ca/exchange/inventory.hpp"

namespace halfday {

// What a user's last run read of the inventory, so that the next one reads only the files that have changed. It is in
// that user's own state folder and believed for that reason (cache_bytes.hpp); /etc/halfday/hosts.d stays the truth.

/// A file of the inventory and the host that was in it.
struct CachedHost {
    std::string file;  // its name
    FileStamp stamp;
    Host host;
};

/// What parse_inventory_cache reads. Policies know their files by `folder`'s path.
[[nodiscard]] std::string to_inventory_cache(const std::vector<CachedHost>& hosts, const Path& folder);
/// Nothing for what is cut, damaged, of another version or another folder.
[[nodiscard]] std::optional<std::vector<CachedHost>> parse_inventory_cache(std::string_view bytes, const Path& folder);

/// The same as read_inventory(folder), with the same errors; owner and mode of every file are looked at in every run.
/// Reads the files that `cache` does not know as they are, and replaces the cache when there were any. A cache that is
/// missing, can't be used or can't be written (a full disk) costs time, nothing else.
[[nodiscard]] Inventory read_inventory(const Path& folder, const Path& cache);

}  // namespace halfday
