#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ca/exchange/cache_bytes.hpp"
#include "ca/exchange/file_stamp.hpp"
#include "ca/exchange/inventory.hpp"

namespace halfday {

// What a user's last run read of the inventory, so that the next one reads only the files that have changed. It is in
// that user's own state folder and believed for that reason (cache_bytes.hpp); /etc/halfday/hosts.d stays the truth.

/// The hosts of a folder, each with its file's name and stamp.
class InventoryCacheWriter {
   public:
    explicit InventoryCacheWriter(const Path& folder);
    /// In the order of the files' names.
    void add(std::string_view file, const FileStamp& stamp, const Host& host);
    [[nodiscard]] std::string seal() { return out_.seal(); }

   private:
    CacheWriter out_;
};

/// What an InventoryCacheWriter wrote, a host at a time: there may be 100,000.
class CachedInventory {
   public:
    /// Nothing is known from bytes that are cut, damaged, of another version or another folder.
    CachedInventory(std::string bytes, const Path& folder);
    CachedInventory(const CachedInventory&) = delete;
    CachedInventory& operator=(const CachedInventory&) = delete;
    ~CachedInventory() = default;

    [[nodiscard]] bool is_known() const { return is_known_; }
    /// The host that was in `file` when it had `stamp`. Files are asked for in the order of their names. Policies know
    /// their files by the folder's path.
    [[nodiscard]] std::optional<Host> take(std::string_view file, const FileStamp& stamp);
    /// Whether nothing is known but what was taken.
    [[nodiscard]] bool is_used_up() const { return !left_some_ && file_.empty() && rest_.at_end(); }

   private:
    /// Reads on to the next file's name and stamp; "" at the end.
    void next();

    std::string bytes_;
    bool is_known_ = false;
    CacheReader rest_;
    std::string_view file_;
    FileStamp stamp_;
    std::string_view host_;
    bool left_some_ = false;
};

/// The same as read_inventory(folder), with the same errors; owner and mode of every file are looked at in every run.
/// Reads the files that `cache` does not know as they are, and replaces the cache when there were any. A cache that is
/// missing, can't be used or can't be written (a full disk) costs time, nothing else.
[[nodiscard]] Inventory read_inventory(const Path& folder, const Path& cache);

}  // namespace halfday
