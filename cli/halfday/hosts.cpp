#include "cli/halfday/hosts.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/file.hpp"
#include "ca/exchange/known_hosts.hpp"
#include "ca/x509/certificate.hpp"
#include "cli/common/terminal.hpp"
#include "cli/halfday/relay.hpp"
#include "cli/halfday/service.hpp"
#include "distribute/process/process.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostKnownHostsBytes = 64 * 1024 * 1024;
constexpr mode_t kPublic = 0644;  // /etc/halfday holds no secret; both services read it

/// A candidate for known_hosts beside it, gone again on destruction.
class CandidateFile {
   public:
    CandidateFile(Path path, std::string_view content) : path_(std::move(path)) {
        replace_file(path_, content, {.mode = kPublic});
    }
    CandidateFile(const CandidateFile&) = delete;
    CandidateFile& operator=(const CandidateFile&) = delete;
    ~CandidateFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    [[nodiscard]] const Path& path() const { return path_; }

   private:
    Path path_;
};

/// Held while a person's change is written, so that two at once lose nothing; never while one is asked.
FileLock lock_configuration(const Places& places) {
    constexpr int kPatienceSeconds = 10;
    return FileLock::acquire(places.etc / ".lock", "halfday host", kPatienceSeconds);
}

Path file_of(const Places& places, const HostName& name) { return places.hosts() / (name.text() + ".yaml"); }

void require_new(const Inventory& inventory, const HostName& name) {
    if (inventory.find(name) != nullptr) {
        throw Error(ErrorKind::usage, fmt::format("host '{}' is in the inventory already", name.text()),
                    fmt::format("halfday host show {0}, or halfday host remove {0}", name.text()));
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
        for (const DnsName& name : entry.names) {
            if (constraints && !constraints->permits(name)) {
                throw Error(ErrorKind::usage,
                            fmt::format("the root does not permit '{}' of entry '{}'", name.text(), entry.name.text()),
                            "halfday inspect " + places.root_certificate().string() + " shows what it permits");
            }
        }
    }
}

std::string known_hosts_with(const Places& places, const HostToAdd& host) {
    std::string known = read_file_if_there(places.known_hosts(), kMostKnownHostsBytes).value_or("");
    if (host.ssh_host_key) {
        return with_host(known, host.name, *host.ssh_host_key);
    }
    if (std::holds_alternative<SshReach>(host.reach) && !knows_host(known, host.name)) {
        throw Error(
            ErrorKind::usage,
            fmt::format("the SSH host key of '{}' is not in {}", host.name.text(), places.known_hosts().string()),
            "pass --host-key with the first two words of the web server's /etc/ssh/ssh_host_ed25519_key.pub");
    }
    return known;
}

/// The lines of another user's program: root's terminal gets nothing of it raw.
void print_foreign_lines(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        fmt::print(stderr, "{}\n", made_visible(line));
    }
}

PublicKey fetch_identity(const Places& places, const HostToAdd& host, const Path& known_hosts) {
    const Finished finished =
        run_process(Command{.argv = service_argv(kDistributorService, places,
                                                 {"fetch-identity", "--host", host.name.text(), "--reach",
                                                  to_text(host.reach), "--known-hosts", known_hosts}),
                            .input = {},
                            .environment = {},
                            .deadline = std::chrono::seconds{60},
                            .user = find_user(kDistributorUser)});
    if (finished.status != 0) {
        print_foreign_lines(finished.error);
        throw Error(ErrorKind::remote, fmt::format("'{}' gave no identity; nothing was changed", host.name.text()));
    }
    return parse_identity(finished.out.substr(0, finished.out.find('\n')));
}

void confirm_identity(const HostToAdd& host, const PublicKey& identity) {
    if (host.confirmed) {
        if (*host.confirmed != identity.fingerprint()) {
            throw Error(ErrorKind::remote,
                        fmt::format("the identity of '{}' is {}, not {}; nothing was changed", host.name.text(),
                                    identity.fingerprint().text(), host.confirmed->text()),
                        "compare with what halfday-receiver init printed on that host");
        }
        return;
    }
    fmt::print("identity of {}: {}\n", host.name.text(), identity.fingerprint().text());
    static_cast<void>(std::fflush(stdout));
    const std::string answer =
        prompt_line("is that what halfday-receiver init printed on the host? (yes/no)", "--confirm FINGERPRINT");
    if (answer != "yes") {
        throw Error(ErrorKind::remote,
                    fmt::format("the identity of '{}' was not confirmed; nothing was changed", host.name.text()));
    }
}

std::string names_of(const Entry& entry) {
    std::vector<std::string> names;
    for (const DnsName& name : entry.names) {
        names.push_back(name.text());
    }
    return fmt::format("{}={}", entry.name.text(), fmt::join(names, ","));
}

}  // namespace

void add_host(const Places& places, const HostToAdd& host, Mode mode) {
    require_root("host add");
    require_new(read_inventory(places.hosts()), host.name);
    require_permitted(places, host.certificates);
    const CandidateFile candidate(places.etc / (".known_hosts." + host.name.text()), known_hosts_with(places, host));
    const PublicKey identity = fetch_identity(places, host, candidate.path());
    confirm_identity(host, identity);
    const std::string yaml = to_yaml(Host{host.name, host.reach, identity, host.certificates});
    const Path file = file_of(places, host.name);
    if (mode == Mode::dry_run) {
        fmt::print("would write {}:\n{}", file.string(), yaml);
        return;
    }
    const FileLock lock = lock_configuration(places);
    require_new(read_inventory(places.hosts()), host.name);
    replace_file(places.known_hosts(), known_hosts_with(places, host), {.mode = kPublic});
    write_new(file, yaml, {.mode = kPublic});
    fmt::print("host {} added: {}\n", host.name.text(), file.string());
}

void remove_host(const Places& places, const HostName& name, Mode mode) {
    require_root("host remove");
    const Path file = file_of(places, name);
    if (!std::filesystem::exists(file)) {
        throw Error(ErrorKind::usage, fmt::format("host '{}' is not in the inventory", name.text()),
                    "halfday host list shows what is");
    }
    if (mode == Mode::dry_run) {
        fmt::print("would remove {} and the host's line in {}\n", file.string(), places.known_hosts().string());
        return;
    }
    const FileLock lock = lock_configuration(places);
    remove_file(file);
    const std::string known = read_file_if_there(places.known_hosts(), kMostKnownHostsBytes).value_or("");
    replace_file(places.known_hosts(), without_host(known, name), {.mode = kPublic});
    fmt::print("host {} removed; what it serves ends by itself, at the latest one lifetime from now\n", name.text());
}

std::string list_hosts(const Places& places) {
    std::vector<std::vector<std::string>> rows{{"HOST", "REACH", "CERTIFICATES"}};
    for (const Host& host : read_inventory(places.hosts()).hosts) {
        std::vector<std::string> entries;
        for (const Entry& entry : host.certificates) {
            entries.push_back(names_of(entry));
        }
        rows.push_back({host.name.text(), to_text(host.reach), fmt::format("{}", fmt::join(entries, " "))});
    }
    return format_table(rows);
}

std::string show_host(const Places& places, const HostName& name) {
    const Inventory inventory = read_inventory(places.hosts());
    const Host* host = inventory.find(name);
    if (host == nullptr) {
        throw Error(ErrorKind::usage, fmt::format("host '{}' is not in the inventory", name.text()),
                    "halfday host list shows what is");
    }
    return to_yaml(*host) + "# identity fingerprint: " + host->identity.fingerprint().text() + "\n";
}

Entry parse_entry(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
        throw Error(ErrorKind::usage, fmt::format("'{}' is not ENTRY=NAME,NAME…", printable(text)),
                    "for example www=www.example.org,example.org");
    }
    Entry entry{EntryName::parse(text.substr(0, equals)), {}};
    std::string_view names = std::string_view(text).substr(equals + 1);
    while (true) {
        const std::size_t comma = names.find(',');
        entry.names.push_back(DnsName::parse(names.substr(0, comma)));
        if (comma == std::string_view::npos) {
            return entry;
        }
        names.remove_prefix(comma + 1);
    }
}

}  // namespace halfday
