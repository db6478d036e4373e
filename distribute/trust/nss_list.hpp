#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace halfday {

/// A certificate as `certutil -L` lists it.
struct NssEntry {
    std::string nickname;
    std::string trust;  // "C,,": for servers, mail, code
    /// Whether a chain of a server may end in it.
    [[nodiscard]] bool is_server_root() const;
    bool operator==(const NssEntry&) const = default;
};

/// Every entry of that list, in order; headings left out.
[[nodiscard]] std::vector<NssEntry> parse_nss_list(std::string_view text);

}  // namespace halfday
