#include "ca/doctor/fleet_doctor.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "ca/base/escape.hpp"
#include "ca/base/shell_word.hpp"
#include "ca/exchange/json.hpp"
#include "ca/exchange/known_hosts.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostHosts = 10;
constexpr JsonLimits kFindingLimits{16 * 1024 * 1024, 500'000};

Severity severity_of(Health health) { return health == Health::critical ? Severity::problem : Severity::warning; }

/// The names at the beginning of the lines of a known_hosts file of ours.
std::vector<std::string> known_names(const std::string& known_hosts) {
    std::vector<std::string> names;
    std::istringstream lines(known_hosts);
    for (std::string line; std::getline(lines, line);) {
        const std::string name = line.substr(0, line.find_first_of(" \t"));
        if (!name.empty() && name.front() != '#' && name.front() != '@') names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

void keep_ten(Diagnoses& found, std::size_t all, const Diagnosis& rest) {
    if (all > kMostHosts) found.push_back(rest);
}

}  // namespace

Diagnoses judge_host_keys(const Inventory& inventory, const std::string& known_hosts, const Path& known_hosts_file) {
    Diagnoses found;
    const std::vector<std::string> names = known_names(known_hosts);
    const auto is_known = [&](const Host& host) {
        return std::binary_search(names.begin(), names.end(), host.name.text());
    };
    std::size_t unknown = 0;
    for (const Host& host : inventory.hosts) {
        if (!std::holds_alternative<SshReach>(host.reach) || is_known(host)) continue;
        if (++unknown > kMostHosts) continue;
        found.push_back({"host keys", Severity::problem,
                         fmt::format("no SSH host key is pinned for {}", host.name.text()),
                         "the distributor connects to no host that it can't know",
                         fmt::format("halfday host rekey {} --host-key \"TYPE KEY\", the first two words of "
                                     "/etc/ssh/ssh_host_ed25519_key.pub there",
                                     host.name.text())});
    }
    keep_ten(
        found, unknown,
        {"host keys", Severity::problem, fmt::format("nor for {} more hosts", unknown - std::min(unknown, kMostHosts)),
         "the distributor connects to no host that it can't know", "halfday push --dry-run"});
    std::set<std::string_view> hosts;
    for (const Host& host : inventory.hosts) hosts.insert(host.name.text());
    for (const std::string& name : names) {
        if (hosts.contains(name)) continue;
        found.push_back(
            {"host keys", Severity::warning,
             fmt::format("an SSH host key is pinned for '{}', which is not in the inventory", printable(name)),
             "another host of that name would be taken for the old one",
             fmt::format("ssh-keygen -R {} -f {}", shell_word(name), shell_word(known_hosts_file.native()))});
    }
    return found;
}

Diagnoses judge_fleet(const Fleet& fleet) {
    Diagnoses found;
    for (const std::string& problem : fleet.problems) {
        found.push_back({"fleet", severity_of(fleet.health), problem, "it is what 'halfday status' says of this box",
                         "halfday status"});
    }
    std::size_t failing = 0;
    for (const FleetRow& row : fleet.rows) {
        if (row.health == Health::fine || ++failing > kMostHosts) continue;
        found.push_back({"fleet", severity_of(row.health),
                         fmt::format("{}/{}: {}", row.host.text(), row.entry.text(),
                                     row.problem.empty() ? "what it serves ends soon" : row.problem),
                         row.not_after ? "it serves a certificate until " + format_time(*row.not_after)
                                       : "it serves no certificate",
                         fmt::format("halfday status --why {}", row.host.text())});
    }
    keep_ten(found, failing,
             {"fleet", severity_of(fleet.health),
              fmt::format("{} more certificates are like that", failing - std::min(failing, kMostHosts)),
              "what many have in common is often not theirs", "halfday status --failing"});
    return found;
}

std::vector<IssuerFinding> parse_issuer_findings(std::string_view json) {
    std::vector<IssuerFinding> findings;
    for (JsonObject& each : parse_json(json, kFindingLimits).objects("findings")) {
        findings.push_back({each.text("what"), each.text("hint")});
    }
    return findings;
}

bool is_without_passphrase(const IssuerFinding& finding) {
    return finding.what.find(kNoPassphrase) != std::string::npos;
}

Diagnoses judge_issuer(const std::vector<IssuerFinding>& findings) {
    Diagnoses found;
    for (const IssuerFinding& finding : findings) {
        found.push_back({"issuer", Severity::problem, printable(finding.what, 600),
                         "certificates are not issued, for all or for the host that it names",
                         finding.hint.empty() ? "halfday check" : printable(finding.hint, 600)});
    }
    return found;
}

Diagnoses judge_receivers(const std::optional<DistributorSnapshot>& distributor, const Inventory& inventory,
                          std::string_view own_version) {
    if (!distributor) return {};
    Diagnoses found;
    std::size_t others = 0;
    for (const ReachedHost& host : distributor->hosts) {
        if (host.version.empty() || host.version == own_version || inventory.find(host.host) == nullptr) continue;
        if (++others > kMostHosts) continue;
        found.push_back({"fleet", Severity::warning,
                         fmt::format("the receiver on {} is version {}, this box {}", host.host.text(),
                                     printable(host.version, 40), own_version),
                         "what a newer one tells or checks is missing there",
                         fmt::format("install halfday-receiver {} on {}", own_version, host.host.text())});
    }
    keep_ten(found, others,
             {"fleet", Severity::warning,
              fmt::format("{} more receivers are of another version", others - std::min(others, kMostHosts)),
              "what a newer one tells or checks is missing there", "install the new receiver on all hosts"});
    return found;
}

Diagnoses judge_addresses(const std::vector<HostName>& without_address) {
    Diagnoses found;
    for (const HostName& host : without_address) {
        found.push_back({"fleet", Severity::problem, fmt::format("{} has no address", host.text()),
                         "its next delivery fails, and it goes dark when what it serves ends",
                         fmt::format("getent hosts {0}; if it is gone: halfday host remove {0}", host.text())});
    }
    return found;
}

}  // namespace halfday
