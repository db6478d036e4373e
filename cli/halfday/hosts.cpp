#include "cli/halfday/hosts.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/file.hpp"
#include "ca/exchange/host_lookup.hpp"
#include "ca/exchange/known_hosts.hpp"
#include "ca/x509/certificate.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/halfday/host_identity.hpp"
#include "cli/halfday/issuer_program.hpp"
#include "cli/halfday/service.hpp"
#include "cli/halfday/setup.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostHostBytes = 1024 * 1024;

/// Held while a person's change is written, so that two at once lose nothing; never while one is asked.
FileLock lock_configuration(const Places& places) {
    constexpr int kPatienceSeconds = 10;
    return FileLock::acquire(places.etc / ".lock", "halfday host", kPatienceSeconds);
}

Path file_of(const Places& places, const HostName& name) { return places.hosts() / (name.text() + ".yaml"); }

/// A host that is in the inventory is no hindrance when it is just what is to be added.
void require_same(const Host& there, const HostToAdd& host) {
    const Host wanted{host.name, host.reach, there.identity, host.certificates, there.policy};
    if (to_yaml(wanted) != to_yaml(there)) {
        throw Error(
            ErrorKind::usage,
            fmt::format("host '{}' is in the inventory with another reach or other certificates", host.name.text()),
            fmt::format("halfday host show {0}; halfday host remove {0}", host.name.text()));
    }
}

void require_new(const Places& places, const Inventory& inventory, const HostName& name) {
    if (inventory.find(name) != nullptr) {
        throw Error(ErrorKind::usage, fmt::format("host '{}' is in the inventory already", name.text()),
                    fmt::format("to change what it is to serve, edit {}; to begin anew: halfday host remove {}",
                                file_of(places, name).string(), name.text()));
    }
}

/// Two hosts with one identity would make an inventory that nobody reads any more.
void require_own_identity(const Inventory& inventory, const HostName& name, const PublicKey& identity) {
    for (const Host& host : inventory.hosts) {
        if (host.identity == identity && host.name != name) {
            throw Error(ErrorKind::usage, fmt::format("'{}' has the identity of '{}'", name.text(), host.name.text()),
                        "is one a copy of the other? make a new identity on the copy: remove identity.key there, then "
                        "halfday-receiver init");
        }
    }
}

/// A name outside the root's constraints can never be signed: say so before the host is there.
void require_permitted(const Places& places, const std::vector<Entry>& certificates) {
    const auto pem = read_file_if_there(places.root_certificate(), Certificate::kMostBytes * 2);
    if (!pem) {
        throw Error(ErrorKind::not_found,
                    fmt::format("there is no root to trust: '{}'", places.root_certificate().string()),
                    "copy root.pem of the air-gapped box to there");
    }
    const auto root = Certificate::parse_pem(*pem);
    const std::optional<NameConstraints> constraints = root.name_constraints();
    for (const Entry& entry : certificates) {
        for (const GeneralName& name : entry.names) {
            if (constraints && !constraints->permits(name)) {
                throw Error(ErrorKind::usage,
                            fmt::format("the root does not permit '{}' of entry '{}'", name.text(), entry.name.text()),
                            "halfday inspect " + places.root_certificate().string() + " shows what it permits");
            }
        }
    }
}

/// The host with its SSH host key from the operator's known_hosts, where neither the arguments nor ours have one.
HostToAdd with_host_key(const Places& places, const HostToAdd& host) {
    HostToAdd known = host;
    const std::string ours = read_file_if_there(places.known_hosts(), kMostKnownHostsBytes).value_or("");
    if (!known.ssh_host_key && !knows_host(ours, host.name)) {
        known.ssh_host_key = operators_host_key(host.installation->via);
    }
    return known;
}

/// Nothing is delivered to others: this is about this host.
int deliver_first(const Places& places, const HostName& name) {
    int status = run_push_service(places, {name.text()});
    const int issued = IssuerProgram(places, {}).run({"issue", name.text()});
    if (issued == kDone) {
        status = run_push_service(places, {name.text()});
    }
    return issued != kDone ? issued : status;
}

/// From an identity that is right to the files.
void enter_into_inventory(const Places& places, const HostToAdd& host, const PublicKey& identity, Mode mode) {
    const std::string yaml = to_yaml(Host{host.name, host.reach, identity, host.certificates});
    const Path file = file_of(places, host.name);
    if (mode == Mode::dry_run) {
        fmt::print("would write {}:\n{}", file.string(), yaml);
        return;
    }
    const FileLock lock = lock_configuration(places);
    const Inventory inventory = read_inventory(places.hosts());
    require_new(places, inventory, host.name);
    require_own_identity(inventory, host.name, identity);
    replace_file(places.known_hosts(), known_hosts_with(places, host), {.mode = kPublic});
    write_new(file, yaml, {.mode = kPublic});
    fmt::print("host {} added: {}\n", host.name.text(), file.string());
}

void uninstall(const Places& places, const HostName& name, const std::string& via) {
    const Inventory inventory = read_inventory(places.hosts());
    const Host* const host = inventory.find(name);
    const SshReach* const reach = host == nullptr ? nullptr : std::get_if<SshReach>(&host->reach);
    if (reach == nullptr) {
        throw Error(ErrorKind::usage, fmt::format("host '{}' is not reached by ssh", name.text()),
                    "leave out --uninstall");
    }
    uninstall_receiver({via, name, places.known_hosts()}, reach->user);
}

/// A host's file with another identity, all else as its author wrote it. Throws Error{usage} when somebody changed the
/// identity meanwhile, or wrote it in another form than ours.
std::string with_identity(std::string yaml, const Host& there, const PublicKey& identity) {
    const std::string before = identity_text(there.identity);
    const std::size_t at = yaml.find(before);
    if (at == std::string::npos) {
        throw Error(
            ErrorKind::usage,
            fmt::format("the file of '{}' does not have '{}', which is to be replaced", there.name.text(), before),
            "look at it: halfday host show " + there.name.text());
    }
    return yaml.replace(at, before.size(), identity_text(identity));
}

void describe_install(const Places& places, const HostToAdd& host) {
    for (const std::string& line :
         describe_installation(places, host.name, host.reach, host.certificates.front(), *host.installation)) {
        fmt::print("would {}\n", line);
    }
    fmt::print("would pin its SSH host key in {} and write {}\n", places.known_hosts().string(),
               file_of(places, host.name).string());
    fmt::print("would deliver its first certificate: push, issue and push for {} alone\n", host.name.text());
}

int install_and_add(const Places& places, const HostToAdd& given, Mode mode) {
    const Inventory inventory = read_inventory(places.hosts());
    const Host* const there = inventory.find(given.name);
    if (there != nullptr) {
        require_same(*there, given);
    }
    if (mode == Mode::dry_run) {
        describe_install(places, given);
        return kDone;
    }
    const HostToAdd host = with_host_key(places, given);
    const KnownHostsCandidate candidate(places, host);
    const PublicKey identity = install_receiver(places, {host.installation->via, host.name, candidate.path()},
                                                host.reach, host.certificates.front(), *host.installation);
    if (host.confirmed) {
        confirm_identity(host, identity);
    }
    const PublicKey fetched = fetch_shown(places, host, candidate.path()).identity;
    const PublicKey expected = there != nullptr ? there->identity : identity;
    if (fetched.fingerprint() != identity.fingerprint() || identity.fingerprint() != expected.fingerprint()) {
        throw Error(
            ErrorKind::remote,
            fmt::format("the identity there is {}, the distributor is shown {}, and the inventory has {}",
                        identity.fingerprint().text(), fetched.fingerprint().text(), expected.fingerprint().text()),
            fmt::format("'--via' and '--reach' must lead to one host; was it installed anew? halfday host remove {}",
                        host.name.text()));
    }
    if (there == nullptr) {
        enter_into_inventory(places, host, identity, mode);
    }
    const int status = deliver_first(places, host.name);
    if (status == kDone) {
        fmt::print("host {} is served; step by step: halfday status --why {}\n", host.name.text(), host.name.text());
    } else {
        fmt::print("host {} is added, and its first delivery failed; mend what it says, then: halfday push {}\n",
                   host.name.text(), host.name.text());
    }
    return status;
}

}  // namespace

int add_host(const Places& places, const HostToAdd& host, Mode mode) {
    require_root("host add");
    require_permitted(places, host.certificates);
    if (host.installation) {
        return install_and_add(places, host, mode);
    }
    require_new(places, read_inventory(places.hosts()), host.name);
    const KnownHostsCandidate candidate(places, host);
    const ShownHost shown = fetch_shown(places, host, candidate.path());
    warn_of_unknown_entries(host, shown);
    confirm_identity(host, shown.identity);
    enter_into_inventory(places, host, shown.identity, mode);
    return kDone;
}

int rekey_host(const Places& places, const Rekeying& rekeying, Mode mode) {
    require_root("host rekey");
    const Inventory inventory = read_inventory(places.hosts());
    const Host& there = host_of(inventory, rekeying.host);
    const HostToAdd host{there.name, there.reach, there.certificates, rekeying.ssh_host_key, rekeying.confirmed};
    const KnownHostsCandidate candidate(places, host);
    const PublicKey identity = fetch_shown(places, host, candidate.path()).identity;
    if (identity == there.identity && !host.ssh_host_key) {
        fmt::print("the identity of {} is still {}; nothing was changed\n", host.name.text(),
                   identity.fingerprint().text());
        return kDone;
    }
    if (identity != there.identity) {
        fmt::print("the inventory has: {}\n", there.identity.fingerprint().text());
        confirm_identity(host, identity);
    }
    require_own_identity(inventory, host.name, identity);
    const Path file = file_of(places, host.name);
    if (mode == Mode::dry_run) {
        fmt::print("would write {} with the identity {}\n", file.string(), identity.fingerprint().text());
        return kDone;
    }
    const FileLock lock = lock_configuration(places);
    const std::string yaml = with_identity(read_file(file, kMostHostBytes), there, identity);
    replace_file(places.known_hosts(), known_hosts_with(places, host), {.mode = kPublic});
    replace_file(file, yaml, {.mode = kPublic});
    fmt::print("host {} has the identity {}: {}\n", host.name.text(), identity.fingerprint().text(), file.string());
    return kDone;
}

void remove_host(const Places& places, const HostName& name, const std::string& uninstall_via, Mode mode) {
    require_root("host remove");
    const Path file = file_of(places, name);
    if (!std::filesystem::exists(file)) {  // a file that is there may be one that cannot be read
        const Inventory inventory = read_inventory(places.hosts());
        static_cast<void>(host_of(inventory, name));
    }
    if (mode == Mode::dry_run) {
        if (!uninstall_via.empty()) {
            fmt::print("would uninstall the receiver over your ssh to '{}'\n", uninstall_via);
        }
        fmt::print("would remove {} and the host's line in {}\n", file.string(), places.known_hosts().string());
        return;
    }
    if (!uninstall_via.empty()) {
        uninstall(places, name, uninstall_via);
    }
    const FileLock lock = lock_configuration(places);
    remove_file(file);
    const std::string known = read_file_if_there(places.known_hosts(), kMostKnownHostsBytes).value_or("");
    replace_file(places.known_hosts(), without_host(known, name), {.mode = kPublic});
    fmt::print("host {} removed; what it serves ends by itself, at the latest one lifetime from now\n", name.text());
}

}  // namespace halfday
