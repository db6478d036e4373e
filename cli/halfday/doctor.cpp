#include "cli/halfday/doctor.hpp"

#include <fmt/core.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "ca/base/error.hpp"
#include "ca/doctor/fleet_doctor.hpp"
#include "cli/halfday/box_facts.hpp"
#include "cli/halfday/host_identity.hpp"
#include "cli/halfday/issuer_program.hpp"
#include "cli/halfday/status.hpp"

namespace halfday {
namespace {

constexpr const char* kRootKeyFolder = "/var/lib/halfday-root";  // of halfday-root, ca/root/root_folder.hpp

void add(Diagnoses& all, Diagnoses found) { all.insert(all.end(), found.begin(), found.end()); }

/// What `halfday-issuer check` says as its user: settings, inventory, keys, constraints, ledger, clock.
std::string issuer_check(const IssuerProgram& issuer) {
    const FileDescriptor output(::memfd_create("issuer-check", MFD_CLOEXEC));
    if (!output) throw_errno("cannot hold what halfday-issuer says");
    static_cast<void>(issuer.run({"check", "--json"}, FileDescriptor{}, output));
    std::string json;
    std::array<char, 16 * 1024> buffer{};
    ssize_t count = 0;
    while ((count = ::pread(output.get(), buffer.data(), buffer.size(), static_cast<off_t>(json.size()))) > 0) {
        json.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return json;
}

std::vector<Seconds> skews_of(const Snapshots& snapshots) {
    std::vector<Seconds> skews;
    if (!snapshots.distributor) return skews;
    for (const ReachedHost& host : snapshots.distributor->hosts) {
        if (host.skew) skews.push_back(*host.skew);
    }
    return skews;
}

std::optional<Time> newest_issued(const Snapshots& snapshots) {
    std::optional<Time> newest;
    if (!snapshots.issuer) return newest;
    for (const IssuedEntry& entry : snapshots.issuer->entries) newest = std::max(newest, entry.issued_at);
    return newest;
}

Diagnoses look_at_box(BoxLook& look, const Places& places) {
    Diagnoses all;
    add(all, judge_users(look.user(kIssuerUser), look.user(kDistributorUser)));
    add(all, judge_folders(box_folders(places), look.folders()));
    add(all, judge_configuration(look.configuration()));
    for (const OwnFolder& folder : look.own_folders()) add(all, judge_own_folder(folder));
    const bool has_root_key = std::filesystem::exists(std::filesystem::status(kRootKeyFolder));
    add(all, judge_root_key(has_root_key ? std::optional<Path>(kRootKeyFolder) : std::nullopt));
    add(all, judge_starts(look.starts()));
    add(all, judge_room(look.rooms()));
    return all;
}

Diagnoses look_at_fleet(BoxLook& look, const Places& places, const DoctorOptions& options, Time now) {
    Diagnoses all;
    const Inventory inventory = look.tried("the inventory", [&] { return read_inventory(places.hosts()); });
    const Snapshots snapshots = look.tried("what both sides say", [&] { return read_snapshots(places); });
    add(all, judge_clock({.now = now,
                          .is_synchronized = clock_is_synchronized(),
                          .newest_issued = newest_issued(snapshots),
                          .skews = skews_of(snapshots)}));
    const auto known_hosts =
        look.tried("SSH host keys", [&] { return read_file_if_there(places.known_hosts(), kMostKnownHostsBytes); });
    add(all, judge_host_keys(inventory, known_hosts.value_or(""), places.known_hosts()));
    add(all, judge_fleet(fleet_of(inventory, snapshots, now)));
    add(all, judge_receivers(snapshots.distributor, inventory, HALFDAY_VERSION));
    BackupFacts backup = look.backup();
    backup.issues = newest_issued(snapshots).has_value();
    add(all, judge_backup(backup, now));
    if (options.resolve) add(all, judge_addresses(hosts_without_address(inventory)));
    return all;
}

Diagnoses look_at_issuer(BoxLook& look, const Places& places, const Path& passphrase_file) {
    return judge_issuer(look.tried("the issuer's keys, constraints and ledger", [&] {
        const IssuerProgram issuer(places, passphrase_file);
        auto findings = parse_issuer_findings(issuer_check(issuer));
        if (issuer.lacks_passphrase() && std::erase_if(findings, is_without_passphrase) > 0) {
            look.leave_out(
                "the issuer's keys and constraints: a key is encrypted, and there is nobody to ask for its "
                "passphrase: halfday doctor --passphrase-file FILE");
        }
        return findings;
    }));
}

std::string_view word_of(Severity severity) { return severity == Severity::problem ? "problem" : "warning"; }

void print_text(const Diagnoses& all, const std::vector<std::string>& unseen) {
    for (const Diagnosis& each : all) {
        fmt::print("{}: {}\n  why: {}\n  run: {}\n", word_of(each.severity), each.what, each.why, each.run);
    }
    for (const std::string& line : unseen) fmt::print("not looked at: {}\n", line);
    if (!unseen.empty() && ::geteuid() != 0) fmt::print("  run: sudo halfday doctor\n");
    if (all.empty()) {
        fmt::print("nothing is wrong with users, folders, keys, timer, disk, clock, configuration, ledger, hosts{}\n",
                   unseen.empty() ? " and backup" : ", as far as it was looked at");
    }
}

void print_json(const Diagnoses& all, const std::vector<std::string>& unseen) {
    nlohmann::json findings = nlohmann::json::array();
    for (const Diagnosis& each : all) {
        findings.push_back({{"area", each.area},
                            {"severity", word_of(each.severity)},
                            {"what", each.what},
                            {"why", each.why},
                            {"run", each.run}});
    }
    const nlohmann::json document{{"findings", findings}, {"not_looked_at", unseen}};
    fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

int run_doctor(const Places& places, const DoctorOptions& options, Time now) {
    BoxLook look(places);
    Diagnoses all = look_at_box(look, places);
    add(all, look_at_issuer(look, places, options.passphrase_file));
    add(all, look_at_fleet(look, places, options, now));
    std::stable_sort(all.begin(), all.end(),
                     [](const Diagnosis& left, const Diagnosis& right) { return left.severity > right.severity; });
    options.json ? print_json(all, look.unseen()) : print_text(all, look.unseen());
    if (all.empty()) return 0;
    return all.front().severity == Severity::problem ? 2 : 1;
}

}  // namespace halfday
