#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ca/doctor/access.hpp"
#include "ca/doctor/box.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/places.hpp"

namespace halfday {

/// Looks at this box for `halfday doctor`; changes nothing. What can't be looked at is a line, and left out.
class BoxLook {
   public:
    explicit BoxLook(const Places& places) : places_(places) {}

    [[nodiscard]] std::vector<SeenFile> folders();
    [[nodiscard]] std::vector<SeenFile> configuration();
    /// Of all folders that are one user's; 20,000 files of each at most.
    [[nodiscard]] std::vector<OwnFolder> own_folders();
    [[nodiscard]] SeenUser user(const std::string& name);
    [[nodiscard]] StartFacts starts();
    [[nodiscard]] std::vector<Room> rooms();
    [[nodiscard]] BackupFacts backup();

    /// What `look` returns; what it throws (Error) becomes a line, and the value an empty one.
    template <class Look>
    auto tried(const std::string& what, Look look) -> decltype(look()) {
        try {
            return look();
        } catch (const std::exception& error) {
            unseen_.push_back(what + ": " + error.what());
            return {};
        }
    }
    void leave_out(const std::string& line) { unseen_.push_back(line); }
    [[nodiscard]] const std::vector<std::string>& unseen() const { return unseen_; }

   private:
    [[nodiscard]] std::vector<SeenFile> files_below(const Path& folder);

    const Places& places_;
    std::vector<std::string> unseen_;
};

/// Whether the kernel's clock is kept by a time service; nothing where the kernel does not say.
[[nodiscard]] std::optional<bool> clock_is_synchronized();

/// Hosts whose name has no address now: looked up over the network, one after the other.
[[nodiscard]] std::vector<HostName> hosts_without_address(const Inventory& inventory);

}  // namespace halfday
