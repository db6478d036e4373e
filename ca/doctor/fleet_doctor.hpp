#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/doctor/diagnosis.hpp"
#include "ca/exchange/fleet.hpp"
#include "ca/exchange/inventory.hpp"

namespace halfday {

/// Hosts whose SSH host key is not pinned, and keys of hosts that are no longer in the inventory.
[[nodiscard]] Diagnoses judge_host_keys(const Inventory& inventory, const std::string& known_hosts,
                                        const Path& known_hosts_file);

/// What `halfday status` finds wrong: of the box, and of hosts, ten at most by name.
[[nodiscard]] Diagnoses judge_fleet(const Fleet& fleet);

/// What `halfday-issuer check` found.
struct IssuerFinding {
    std::string what;
    std::string hint;
};
/// Reads its JSON. Throws Error{corrupt}.
[[nodiscard]] std::vector<IssuerFinding> parse_issuer_findings(std::string_view json);
/// That it could not look at a key, since its passphrase was not given to this check.
[[nodiscard]] bool is_without_passphrase(const IssuerFinding& finding);
[[nodiscard]] Diagnoses judge_issuer(const std::vector<IssuerFinding>& findings);

/// Receivers of another version than this program's.
[[nodiscard]] Diagnoses judge_receivers(const std::optional<DistributorSnapshot>& distributor,
                                        const Inventory& inventory, std::string_view own_version);

/// Hosts whose name has no address, as far as it was looked up.
[[nodiscard]] Diagnoses judge_addresses(const std::vector<HostName>& without_address);

}  // namespace halfday
