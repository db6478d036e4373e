#include "ca/issuer/check.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "ca/exchange/host_lookup.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/settings.hpp"
#include "ca/issuer/clock_check.hpp"
#include "ca/issuer/fleet_profile.hpp"
#include "ca/issuer/head_check.hpp"
#include "ca/issuer/intermediate.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/issuer_keys.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/policy.hpp"
#include "ca/issuer/sealed_keys.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostHostFileBytes = 1024 * 1024;  // of parse_yaml

/// What `look` returns; what it throws becomes a finding.
template <class Look>
auto collect(std::vector<Finding>& findings, Look look) -> std::optional<decltype(look())> {
    try {
        return look();
    } catch (const Error& error) {
        findings.push_back({error.kind(), error.what(), error.hint()});
        return std::nullopt;
    }
}

std::vector<Path> host_files(const Path& folder) {
    std::vector<Path> files;
    std::error_code ignored;  // read_inventory tells
    for (const auto& file : std::filesystem::directory_iterator(folder, ignored)) {
        if (file.path().extension() == ".yaml") {
            files.push_back(file.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// read_inventory stops at the first bad file; a person wants to hear of all.
std::optional<Inventory> check_inventory(const Path& folder, std::vector<Finding>& findings) {
    const std::size_t before = findings.size();
    for (const Path& file : host_files(folder)) {
        collect(findings, [&] {
            return parse_host(read_file(file, kMostHostFileBytes), HostName::parse(file.stem().string()),
                              file.string());
        });
    }
    if (findings.size() > before) {
        return std::nullopt;
    }
    return collect(findings, [&] { return read_inventory(folder); });
}

void check_policies(const Inventory& inventory, const CertificatePolicy& settings, const Authority& authority,
                    const Path& folder, std::vector<Finding>& findings) {
    for (const Host& host : inventory.hosts) {
        const std::string file = (folder / (host.name.text() + ".yaml")).string();
        const CertificatePolicy policy = policy_of(settings, host);
        for (const Entry& entry : host.certificates) {
            for (const std::string& reason : refuse_entry(entry.names, host.name, policy, authority).reasons) {
                findings.push_back({ErrorKind::usage,
                                    fmt::format("'{}': certificate '{}': {}", file, entry.name.text(), reason),
                                    fmt::format("halfday policy explain {}", host.name.text())});
            }
        }
    }
}

void check_canary(const Inventory& inventory, const Settings::Rollout& rollout, std::vector<Finding>& findings) {
    for (const HostName& host : rollout.canary) {
        collect(findings, [&] { return &host_of(inventory, host); });
    }
}

void check_profile(const Places& places, const CertificatePolicy& settings, std::vector<Finding>& findings) {
    collect(findings, [&] { return load_profile_before(places, settings).has_value(); });
}

void check_ledger(const Places& places, Seconds max_clock_jump, Time now, std::vector<Finding>& findings) {
    const Path path = IssuerFiles(places).ledger();
    const auto ledger = collect(findings, [&] { return Ledger::open(path); });
    if (!ledger) {
        return;
    }
    const auto verdict = collect(findings, [&] { return ledger->verify(); });
    if (verdict && *verdict) {
        findings.push_back({ErrorKind::corrupt,
                            fmt::format("the ledger '{}' is damaged: {}", path.string(), (*verdict)->text()),
                            kDamagedLedgerHint});
    }
    if (const auto fault = collect(findings, [&] { return head_fault(places, *ledger); }); fault && *fault) {
        findings.push_back({ErrorKind::corrupt, (*fault)->what, (*fault)->hint});
    }
    if (const auto fault = clock_fault(ledger->last_moment(), now, max_clock_jump)) {
        findings.push_back({ErrorKind::io, fault->what, fault->hint()});
    }
}

/// The keys of all accepted intermediates, so that one that can't be opened is found before it is to sign.
void check_other_keys(const Places& places, const std::string& key_uri, const PassphraseSource& passphrase, Time now,
                      std::vector<Finding>& findings) {
    try {
        for (const Accepted& each : usable_of(read_accepted(places, key_uri), load_trust(places), now)) {
            collect(findings, [&] { return load_issuer_key(places, each.place.key.text(), passphrase); });
        }
    } catch (const Error&) {
        return;  // load_intermediate read the same and told it
    }
}

void check_sealed(const Places& places, std::vector<Finding>& findings) {
    if (const auto found = collect(findings, [&] { return find_sealed(places); })) {
        for (const Error& each : found->damaged) {
            findings.push_back({each.kind(), each.what(), each.hint()});
        }
    }
}

}  // namespace

std::vector<Finding> check_issuer(const Places& places, const PassphraseSource& passphrase, Time now) {
    std::vector<Finding> findings;
    const auto settings = collect(findings, [&] { return read_settings(places.settings()); });
    const auto inventory = check_inventory(places.hosts(), findings);
    const std::string key_uri = settings.value_or(Settings{}).issuer_key;
    const auto intermediate = collect(findings, [&] { return load_intermediate(places, key_uri, passphrase, now); });
    if (intermediate) {
        check_other_keys(places, key_uri, passphrase, now, findings);
    }
    check_sealed(places, findings);
    check_profile(places, settings.value_or(Settings{}).certificates, findings);
    if (inventory && settings) {
        check_canary(*inventory, settings->rollout, findings);
    }
    if (inventory && intermediate) {
        check_policies(*inventory, settings.value_or(Settings{}).certificates,
                       authority_of(intermediate->certificate, intermediate->root), places.hosts(), findings);
    }
    check_ledger(places, settings.value_or(Settings{}).max_clock_jump, now, findings);
    return findings;
}

}  // namespace halfday
