#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/file.hpp"
#include "ca/base/names.hpp"

namespace halfday {

// What the hosts say of the ledger, as the distributor writes it down for an auditor: one JSON document, bounded, that
// may be carried to any box. The distributor can leave something out of it, but it can't make up a head.

constexpr std::size_t kMostReportBytes = 64 * 1024 * 1024;

struct HostReport {
    HostName host;
    std::vector<std::string> heads;    // as they travel (ca/exchange/ledger_head.hpp)
    std::vector<std::string> serving;  // serials
};

/// Hosts that would make it too large are left out from the end; `left_out` in the document counts them.
[[nodiscard]] std::string to_json(const std::vector<HostReport>& reports);

struct HostReports {
    std::vector<HostReport> hosts;
    std::int64_t left_out = 0;
};
/// Throws Error{corrupt}.
[[nodiscard]] HostReports parse_host_reports(std::string_view json);

}  // namespace halfday
