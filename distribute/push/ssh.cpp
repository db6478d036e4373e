#include "distribute/push/ssh.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "ca/base/escape.hpp"
#include "ca/exchange/wire.hpp"

namespace halfday {
namespace {

constexpr int kAliveInterval = 10;  // seconds; a reload takes one or two, so a dead network is told early
constexpr int kAliveCount = 3;
// Half the processor time of OpenSSH's default, sntrup761x25519-sha512: what is sent is public and signed, so nobody
// gains by recording it for a quantum computer.
constexpr const char* kKeyExchange = "curve25519-sha256";
constexpr int kSshItself = 255;  // ssh's status for its own failures

using Explain = NoAnswer (*)(const HostName& host, const SshReach& reach, const SshSetup& setup);

std::string place_of(const SshReach& reach) { return reach.host + " port " + std::to_string(reach.port); }

NoAnswer over(const std::string& what, const std::string& hint) { return {Ending::over, what, hint}; }
NoAnswer lost(const std::string& what, const std::string& hint) { return {Ending::lost, what, hint}; }

NoAnswer changed_host_key(const HostName& host, const SshReach& reach, const SshSetup& setup) {
    return over("the SSH host key at " + place_of(reach) + " is not the one in '" + setup.known_hosts.string() + "'",
                "compare on that host's console: cat /etc/ssh/ssh_host_ed25519_key.pub; if the inventory's host has "
                "really a new one: halfday host rekey " +
                    host.text() + " --host-key 'ssh-ed25519 AAAA...'");
}

NoAnswer unknown_host_key(const HostName& host, const SshReach&, const SshSetup& setup) {
    return over(
        "no SSH host key that can be used is in '" + setup.known_hosts.string() + "'",
        "its line begins with '" + host.text() + " ssh-ed25519 '; 'halfday host add' with --host-key writes it");
}

NoAnswer permission_denied(const HostName&, const SshReach& reach, const SshSetup& setup) {
    return over("user '" + reach.user + "' at " + place_of(reach) + " does not accept the distributor's SSH key",
                "add the line that 'halfday-receiver init' prints to that user's authorized_keys; the key is '" +
                    setup.identity_key.string() + ".pub'");
}

NoAnswer connection_refused(const HostName&, const SshReach& reach, const SshSetup&) {
    return lost("connection refused at " + place_of(reach), "is sshd running there, and is 'reach' right?");
}

NoAnswer unreachable(const HostName&, const SshReach& reach, const SshSetup&) {
    return lost("no way to " + place_of(reach), "is the host up, and is 'reach' right?");
}

NoAnswer connect_timed_out(const HostName&, const SshReach& reach, const SshSetup& setup) {
    return lost("no answer from " + place_of(reach) + " within " + format_duration(setup.connect_timeout),
                "is the host up, and does a firewall let this box in?");
}

NoAnswer name_unknown(const HostName&, const SshReach& reach, const SshSetup&) {
    return over("no address for '" + reach.host + "'", "mend DNS, or put an address into 'reach'");
}

NoAnswer connection_lost(const HostName&, const SshReach& reach, const SshSetup&) {
    return lost("the connection to " + place_of(reach) + " was closed or died",
                "the next run goes on where this one stopped; sshd's log on the host says more");
}

NoAnswer turned_away(const HostName&, const SshReach& reach, const SshSetup&) {
    return {
        Ending::turned_away,
        "sshd at " + place_of(reach) + " closed the connection before it named itself, again and again",
        "it may take too few at a time (MaxStartups in its sshd_config), or penalise this box (PerSourcePenalties); "
        "its log says which"};
}

NoAnswer key_unusable(const HostName&, const SshReach&, const SshSetup& setup) {
    return over("ssh cannot use the distributor's key '" + setup.identity_key.string() + "'",
                "'halfday init' makes it when it is missing; it must be its owner's alone (chmod 600)");
}

struct Sign {
    std::string_view text;  // as OpenSSH's client says it
    Explain explain;
};

/// The first that is found decides: what ssh says of its own before what may follow from it.
constexpr std::array<Sign, 17> kSigns{{
    {"REMOTE HOST IDENTIFICATION HAS CHANGED", changed_host_key},
    {"host key is known for", unknown_host_key},
    {"Host key verification failed", unknown_host_key},
    {"no matching host key type found", unknown_host_key},
    {"UNPROTECTED PRIVATE KEY FILE", key_unusable},
    {"Load key", key_unusable},
    {"Could not resolve hostname", name_unknown},
    {"Connection refused", connection_refused},
    {"No route to host", unreachable},
    {"Network is unreachable", unreachable},
    {"Connection timed out", connect_timed_out},
    {"timed out during banner exchange", connect_timed_out},
    {"Permission denied", permission_denied},
    {"kex_exchange_identification: Connection closed", turned_away},
    {"kex_exchange_identification: read: Connection reset", turned_away},
    {"onnection closed by", connection_lost},
    {"onnection reset by", connection_lost},
}};

/// What is most telling of what was written: one of our programs' error, or else the last line that isn't empty;
/// escaped.
std::string telling_line(std::string_view text) {
    constexpr std::string_view kError = ": error: ";
    std::string_view telling;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
        if (!line.empty()) telling = line;
        if (line.find(kError) != std::string_view::npos) break;
    }
    return printable(telling);
}

/// Before ssh connects, it says this to standard error and not to its log: whoever answers can't come first.
constexpr std::string_view kNoKeyFile = "Warning: Identity file ";

std::string quote_host(const Finished& finished) {
    return finished.error.empty() ? std::string() : ": '" + telling_line(finished.error) + "'";
}

/// The lines of ssh's log without those that quote whoever answered, on one line each: ssh escapes what isn't text.
std::string own_words(std::string_view log) {
    constexpr std::array<std::string_view, 2> kQuoting{"Received disconnect from ",
                                                       "Bad remote protocol version identification"};
    std::string own;
    while (!log.empty()) {
        const std::string_view line = log.substr(0, log.find('\n'));
        log.remove_prefix(std::min(log.size(), line.size() + 1));
        const bool quotes = std::any_of(kQuoting.begin(), kQuoting.end(),
                                        [&](std::string_view begin) { return line.starts_with(begin); });
        if (!quotes) own.append(line).append("\n");
    }
    return own;
}

/// ssh's word for a peer that it reaches through another program.
constexpr std::string_view kThroughAnother = "UNKNOWN port 65535";

/// Of a connection that goes through another program and ended before the host named itself. Nothing came from the host
/// yet, so standard error has the words of the ssh on the way.
NoAnswer explain_way(const Finished& finished, const SshReach& reach, const NoAnswer& turned_away) {
    const auto says = [&](const char* text) { return finished.error.find(text) != std::string::npos; };
    if (finished.error.empty()) return turned_away;
    const bool is_refusal = says("Permission denied") || says("erification failed");
    const Ending ending = says("kex_exchange_identification") ? Ending::way_closed
                          : is_refusal                        ? Ending::over
                                                              : Ending::lost;
    return {ending, "the way to " + place_of(reach) + " was closed" + quote_host(finished),
            "that is ssh_config's ProxyJump or ProxyCommand: try it by hand as the distributor's user, with -v"};
}

NoAnswer explain_ssh_itself(const Finished& finished, const std::string& log, const HostName& host,
                            const SshReach& reach, const SshSetup& setup) {
    const std::string own = own_words(log);
    for (const Sign& sign : kSigns) {
        if (own.find(sign.text) == std::string::npos) continue;
        const NoAnswer explained = sign.explain(host, reach, setup);
        if (explained.ending() == Ending::turned_away && own.find(kThroughAnother) != std::string::npos) {
            return explain_way(finished, reach, explained);
        }
        const bool has_no_key = sign.explain == permission_denied && finished.error.starts_with(kNoKeyFile);
        return has_no_key ? key_unusable(host, reach, setup) : explained;
    }
    if (own.find("not responding") != std::string::npos) return connection_lost(host, reach, setup);
    return over("ssh to " + place_of(reach) + " failed: '" + telling_line(log) + "'" +
                    (finished.error.empty() ? "" : "; the host said" + quote_host(finished)),
                "try it by hand as the distributor's user, with -v");
}

NoAnswer explain_receiver(const Finished& finished, const SshReach& reach) {
    return over("the receiver at " + place_of(reach) + " failed with status " + std::to_string(finished.status) +
                    quote_host(finished),
                "run 'halfday-receiver check' on that host");
}

}  // namespace

std::vector<std::string> ssh_argv(const HostName& host, const SshReach& reach, const SshSetup& setup, const Path& log) {
    std::vector<std::string> argv{"ssh",
                                  "-F",
                                  setup.config.value_or("/dev/null").string(),
                                  "-T",
                                  "-a",
                                  "-x",
                                  "-E",
                                  log.string(),
                                  "-i",
                                  setup.identity_key.string()};
    const auto option = [&](const std::string& name, const std::string& value) {
        argv.insert(argv.end(), {"-o", name + "=" + value});
    };
    option("IdentitiesOnly", "yes");
    option("ClearAllForwardings", "yes");
    option("StrictHostKeyChecking", "yes");
    option("UpdateHostKeys", "no");
    option("BatchMode", "yes");
    option("PreferredAuthentications", "publickey");
    option("ConnectTimeout", std::to_string(setup.connect_timeout.count()));
    option("ServerAliveInterval", std::to_string(kAliveInterval));
    option("ServerAliveCountMax", std::to_string(kAliveCount));
    option("UserKnownHostsFile", setup.known_hosts.string());
    option("GlobalKnownHostsFile", "/dev/null");
    option("HostKeyAlias", host.text());
    if (!setup.config) option("KexAlgorithms", kKeyExchange);
    argv.insert(argv.end(), {"-p", std::to_string(reach.port), "-l", reach.user, "--", reach.host});
    argv.emplace_back("halfday-receiver serve");  // the key's forced command takes its place
    return argv;
}

std::string ssh_config_around(const Path& operators) {
    // In ssh_config(5) the first value counts, and an Include's Host lines end with it.
    return "Include \"" + operators.string() + "\"\nKexAlgorithms " + kKeyExchange + "\n";
}

NoAnswer explain_ssh_failure(const Finished& finished, const std::string& log, const HostName& host,
                             const SshReach& reach, const SshSetup& setup) {
    if (finished.timed_out) {
        return over("no answer from " + place_of(reach) + " in time",
                    "if its web server needs longer to reload, raise 'push: {timeout: …}' in halfday.yaml");
    }
    if (finished.truncated) {
        return over("the answer of " + place_of(reach) + " is larger than any receiver's: it was cut off after " +
                        std::to_string(kMostWireBytes) + " bytes",
                    "is the key's forced command there 'halfday-receiver serve'?");
    }
    const bool is_ssh_itself = finished.status == kSshItself && !log.empty();
    return is_ssh_itself ? explain_ssh_itself(finished, log, host, reach, setup) : explain_receiver(finished, reach);
}

}  // namespace halfday
