#include "distribute/receive/check_entry.hpp"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/joined_secret.hpp"
#include "ca/exchange/crls.hpp"
#include "ca/exchange/findings.hpp"
#include "distribute/receive/haproxy.hpp"
#include "distribute/receive/versions.hpp"
#include "distribute/receive/web_server.hpp"

namespace halfday {
namespace {

using Findings = std::vector<Finding>;
using Level = Finding::Level;

constexpr std::size_t kMostPairBytes = 512 * 1024;
constexpr std::chrono::milliseconds kTicketPatience{1'000};
constexpr std::chrono::milliseconds kLittleTicketPatience{100};  // in a visit, which is waited for
constexpr std::chrono::milliseconds kLeastLook{500};             // less would be held against the web server
constexpr const char* kNextDelivery = "the next delivery mends it";

/// A version of the entry to test and look with; before the first delivery there is none.
Serial serial_of(const std::optional<LiveVersion>& live) { return live ? live->serial : Serial{}; }

std::string hint_for_failed_test(const Receiver& receiver, const Grant& grant, std::string_view line) {
    if (line.starts_with("sudo:")) {
        return "put the lines that 'halfday-receiver init' prints into /etc/sudoers.d/halfday-receiver";
    }
    if (read_live(receiver.places, grant.entry)) return "mend the web server's configuration";
    return "the web server is to read " + (receiver.places.live_of(grant.entry) / grant.server->file).string() +
           ", which the first delivery makes";
}

/// A configuration that names the files of an entry fails its test until the first delivery makes them.
bool lacks_first_delivery(const Receiver& receiver, const Grant& grant, std::string_view line) {
    return !read_live(receiver.places, grant.entry) &&
           line.find(receiver.places.live_of(grant.entry).string()) != std::string_view::npos;
}

void check_key_access(const Path& file, const Grant& grant, Findings& findings) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) throw_errno("cannot look at '" + file.string() + "'");
    const gid_t group = group_of(grant).value_or(status.st_gid);
    if ((status.st_mode & 07777) == grant.key_mode && status.st_uid == ::geteuid() && status.st_gid == group) return;
    findings.push_back({"'" + file.string() + "', which holds a key, has another owner, group or mode than it should",
                        Level::wrong,
                        fmt::format("chown {}:{} {} && chmod {:04o} {}", ::geteuid(), group, file.string(),
                                    grant.key_mode, file.string())});
}

void check_installed(const Path& live, const Grant& grant, const Chain& chain, Findings& findings) {
    for (const char* file : {kPrivateKeyFile, kCombinedFile}) check_key_access(live / file, grant, findings);
    if (!is_in_order(chain)) {
        findings.push_back({"'" + (live / kFullChainFile).string() +
                                "' is not in order: each certificate is to be "
                                "followed by its issuer's",
                            Level::wrong, kNextDelivery});
    }
    const Secret key = read_secret_file(live / kPrivateKeyFile, kMostPairBytes);
    if (PrivateKey::load(live / kPrivateKeyFile).public_key() != chain.front().public_key()) {
        findings.push_back(
            {"the key and the certificate in '" + live.string() + "' are no pair", Level::wrong, kNextDelivery});
    }
    const std::string full_chain = read_file(live / kFullChainFile, kMostPairBytes);
    const Secret both = joined({full_chain, key.reveal()});
    if (read_secret_file(live / kCombinedFile, kMostPairBytes).reveal() != both.reveal()) {
        findings.push_back({"'" + (live / kCombinedFile).string() + "' is not the chain and the key beside it",
                            Level::wrong, kNextDelivery});
    }
}

void check_test(const Receiver& receiver, const Grant& grant, const Serial& serial, Findings& findings) {
    if (grant.test.empty()) return;
    const CommandResult test = WebServer(receiver.places, grant).test(serial);
    if (test.worked) {
        findings.push_back({"the configuration test passes"});
    } else {
        findings.push_back({"the configuration test fails: " + test.line,
                            lacks_first_delivery(receiver, grant, test.line) ? Level::warning : Level::wrong,
                            hint_for_failed_test(receiver, grant, test.line)});
    }
}

void check_socket(const Receiver& receiver, const Grant& grant, Findings& findings) {
    if (!grant.socket) return;
    try {
        if (grant.socket->takes == ControlSocket::Takes::certificates) {
            check_runtime_socket(grant.socket->path, receiver.places.live_of(grant.entry) / kCombinedFile);
        } else {
            check_master_socket(grant.socket->path);
        }
        findings.push_back({"HAProxy answers at '" + grant.socket->path.string() + "'"});
    } catch (const Error& error) {
        findings.push_back({error.what(), Level::wrong, error.hint()});
    }
}

void check_served(const Receiver& receiver, const Grant& grant, const Chain& installed, Time now, Findings& findings) {
    if (!grant.probe) return;
    Seen seen = look_at_session(*grant.probe, grant.names, {kTicketPatience});
    if (seen.chain.empty()) {
        const std::string hint = "start the web server, or correct 'probe' in " + receiver.places.grants().string();
        if (installed.empty()) {
            findings.push_back({seen.problem, Level::warning, "the first delivery brings it up; if not: " + hint});
        } else {
            findings.push_back({seen.problem, Level::wrong, hint});
        }
        return;
    }
    findings.push_back(
        {to_text(*grant.probe) + " serves " + seen.text() + ", until " + format_time(seen.chain.front().not_after())});
    const Served served{std::move(seen.chain), seen.session_lifetime};
    for (Finding& finding : judge_served(served, installed, now)) findings.push_back(std::move(finding));
}

std::chrono::milliseconds time_left(LookDeadline until) {
    return std::chrono::floor<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
}

void check_seen(Seen seen, const Chain& installed, Time now, Findings& findings) {
    if (seen.chain.empty()) {
        findings.push_back({seen.problem, Level::wrong});
        return;
    }
    const Served served{std::move(seen.chain), seen.session_lifetime};
    for (Finding& finding : judge_served(served, installed, now)) findings.push_back(std::move(finding));
}

}  // namespace

bool is_in_order(const Chain& chain) {
    for (std::size_t i = 1; i < chain.size(); ++i) {
        if (chain[i - 1].issuer_der() != chain[i].subject_der()) return false;
    }
    return true;
}

Findings judge_served(const Served& served, const Chain& installed, Time now) {
    Findings findings;
    const Certificate& leaf = served.chain.front();
    if (!installed.empty() && leaf != installed.front()) {
        findings.push_back({"clients get serial " + leaf.serial_hex() + ", but serial " +
                                installed.front().serial_hex() + " is installed",
                            Level::wrong,
                            "reload the web server; if that changes nothing, its configuration names other files"});
    } else if (!installed.empty() && served.chain != installed) {
        findings.push_back(
            {fmt::format("clients get another chain than the installed one: {} certificates, {}", served.chain.size(),
                         is_in_order(served.chain) ? "in order" : "out of order"),
             Level::wrong,
             std::string("the web server's configuration is to name ") + kFullChainFile + " as its certificate"});
    }
    const Seconds left = leaf.not_after() - now;
    if (served.session_lifetime && *served.session_lifetime > left) {
        findings.push_back({"clients may resume a TLS session for " + describe_span(*served.session_lifetime) +
                                ", but the certificate that they saw ends in " + describe_span(left),
                            Level::warning, "shorten the web server's TLS session lifetime (docs/web-servers.md)"});
    }
    return findings;
}

std::string findings_for_receipt(const Receiver& receiver, const Grant& grant, const Seen& proof, LookDeadline until,
                                 Time now) {
    Findings findings;
    const Path folder = receiver.places.live_of(grant.entry);
    const Chain installed = parse_chain(read_file(folder / kFullChainFile, kMostPairBytes));
    check_installed(folder, grant, installed, findings);
    if (!proof.chain.empty()) {
        check_seen(proof, installed, now, findings);
    } else if (const auto left = time_left(until); grant.probe && left >= kLeastLook) {
        check_seen(look_at_session(*grant.probe, grant.names, {kLittleTicketPatience}, left), installed, now, findings);
    }
    std::string lines;
    for (const Finding& finding : findings) {
        lines += lines.empty() ? "" : "\n";
        lines += std::string(to_text(finding.level)) + ": " + printable(finding.what, kMostFindingsBytes);
    }
    return lines.substr(0, kMostFindingsBytes);
}

Findings check_entry(const Receiver& receiver, const Grant& grant, Time now) {
    Findings findings;
    const std::optional<LiveVersion> live = read_live(receiver.places, grant.entry);
    const Path folder = receiver.places.live_of(grant.entry);
    Chain installed;
    if (live) installed = parse_chain(read_file(folder / kFullChainFile, kMostPairBytes));
    if (live) check_installed(folder, grant, installed, findings);
    for (const std::string& reason : revoked_in(installed, read_crls(receiver.places.crls(), receiver.roots))) {
        findings.push_back({reason, Level::warning, "the next renewal is under another intermediate"});
    }
    check_test(receiver, grant, serial_of(live), findings);
    check_socket(receiver, grant, findings);
    check_served(receiver, grant, installed, now, findings);
    for (Finding& finding : findings) finding.what = grant.entry.text() + ": " + finding.what;
    return findings;
}

}  // namespace halfday
