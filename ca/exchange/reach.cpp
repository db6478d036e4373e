// How a host is reached. What passes here may stand in an ssh command line: no part begins with a hyphen or holds a
// blank, a quote or a percent sign.
#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/inventory.hpp"

namespace halfday {
namespace {

constexpr std::string_view kSshScheme = "ssh://";
constexpr std::string_view kUnixScheme = "unix:";
constexpr std::uint16_t kSshPort = 22;
constexpr std::size_t kLongestUser = 32;     // useradd(8)
constexpr std::size_t kLongestSocket = 107;  // sockaddr_un

bool is_decimal(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_hex_digit(char c) { return is_decimal(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

[[noreturn]] void refuse(std::string_view text, const std::string& fault) {
    throw Error(ErrorKind::usage, "'" + printable(text, 120) + "' does not say how to reach a host: " + fault,
                "write 'ssh://USER@HOST:PORT' or 'unix:/PATH'");
}

bool is_user(std::string_view text) {
    return !text.empty() && text.size() <= kLongestUser && (is_lower(text.front()) || text.front() == '_') &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_lower(c) || is_decimal(c) || c == '_' || c == '-'; });
}

/// "10", but neither "010" nor "" nor more than `most`.
bool is_decimal(std::string_view text, unsigned most) {
    unsigned value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ec == std::errc{} && read.ptr == text.data() + text.size() && value <= most &&
           text == std::to_string(value);
}

/// The part up to the separator, which is taken off `rest` with it.
std::string_view take_until(std::string_view& rest, char separator) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

bool is_ipv4(std::string_view text) {
    if (std::count(text.begin(), text.end(), '.') != 3) {
        return false;
    }
    for (int i = 0; i < 4; ++i) {
        if (!is_decimal(take_until(text, '.'), 255)) {
            return false;
        }
    }
    return true;
}

/// Groups of one to four hex digits with colons between, or nothing at all; how many, or 9 for anything else.
int count_groups(std::string_view text) {
    constexpr int kMalformed = 9;
    if (text.ends_with(':')) {
        return kMalformed;
    }
    int groups = 0;
    while (!text.empty()) {
        const std::string_view group = take_until(text, ':');
        if (group.empty() || group.size() > 4 || !std::all_of(group.begin(), group.end(), is_hex_digit)) {
            return kMalformed;
        }
        ++groups;
    }
    return groups;
}

/// RFC 4291 2.2 (1) and (2), without an IPv4 address in it.
bool is_ipv6(std::string_view text) {
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos) {
        return count_groups(text) == 8;
    }
    return count_groups(text.substr(0, gap)) + count_groups(text.substr(gap + 2)) < 8;
}

/// HOST, A.B.C.D or [IPv6] at the front of `rest`, which is left with what follows.
std::string take_ssh_host(std::string_view text, std::string_view& rest) {
    if (rest.starts_with('[')) {
        const std::size_t end = rest.find(']');
        if (end == std::string_view::npos || !is_ipv6(rest.substr(1, end - 1))) {
            refuse(text, "there is no IPv6 address in its brackets");
        }
        std::string address(rest.substr(1, end - 1));
        rest.remove_prefix(end + 1);
        return address;
    }
    const std::string_view host = rest.substr(0, rest.find(':'));
    rest.remove_prefix(host.size());
    if (is_ipv4(host)) {
        return std::string(host);
    }
    try {
        return HostName::parse(host).text();
    } catch (const Error& error) {
        refuse(text, error.what());
    }
}

std::uint16_t read_port(std::string_view text, std::string_view port) {
    if (port.empty()) {
        return kSshPort;
    }
    port.remove_prefix(1);
    if (port == "0" || !is_decimal(port, 65535)) {
        refuse(text, "the port is not a number from 1 to 65535");
    }
    std::uint16_t number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    return number;
}

SshReach parse_ssh(std::string_view text) {
    std::string_view rest = text.substr(kSshScheme.size());
    const std::size_t at = rest.find('@');
    if (at == std::string_view::npos || !is_user(rest.substr(0, at))) {
        refuse(text, "the user before '@' is missing or not [a-z_][a-z0-9_-]*");
    }
    SshReach reach;
    reach.user = std::string(rest.substr(0, at));
    rest.remove_prefix(at + 1);
    reach.host = take_ssh_host(text, rest);
    if (!rest.empty() && rest.front() != ':') {
        refuse(text, "only ':PORT' may follow the host");
    }
    reach.port = read_port(text, rest);
    return reach;
}

UnixReach parse_unix(std::string_view text) {
    const std::string_view path = text.substr(kUnixScheme.size());
    const auto fits = [](char c) {
        return is_lower(c) || is_decimal(c) || (c >= 'A' && c <= 'Z') ||
               std::string_view("/._@+-").find(c) != std::string_view::npos;
    };
    if (path.size() < 2 || path.front() != '/' || path.back() == '/' || path.size() > kLongestSocket ||
        !std::all_of(path.begin(), path.end(), fits)) {
        refuse(text, "the path is not absolute, longer than 107, or has other characters than A-Z a-z 0-9 / . _ @ + -");
    }
    return UnixReach{Path(path)};
}

}  // namespace

Reach parse_reach(std::string_view text) {
    if (text.starts_with(kSshScheme)) {
        return parse_ssh(text);
    }
    if (text.starts_with(kUnixScheme)) {
        return parse_unix(text);
    }
    refuse(text, "it begins with neither 'ssh://' nor 'unix:'");
}

std::string to_text(const Reach& reach) {
    if (const auto* const socket = std::get_if<UnixReach>(&reach)) {
        return std::string(kUnixScheme) + socket->socket.string();
    }
    const auto& ssh = std::get<SshReach>(reach);
    const bool bare = ssh.host.find(':') == std::string::npos;
    return std::string(kSshScheme) + ssh.user + "@" + (bare ? ssh.host : "[" + ssh.host + "]") + ":" +
           std::to_string(ssh.port);
}

}  // namespace halfday
