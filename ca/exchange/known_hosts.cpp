#include "ca/exchange/known_hosts.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

constexpr std::string_view kTypes[] = {"ssh-ed25519",
                                       "ecdsa-sha2-nistp256",
                                       "ecdsa-sha2-nistp384",
                                       "ecdsa-sha2-nistp521",
                                       "sk-ssh-ed25519@openssh.com",
                                       "rsa-sha2-512",
                                       "ssh-rsa"};

bool is_of(std::string_view line, const HostName& host) {
    const std::string_view name = host.text();
    return line.starts_with(name) && line.size() > name.size() &&
           (line[name.size()] == ' ' || line[name.size()] == '\t');
}

template <class Take>
void each_line(std::string_view text, Take take) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        take(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

/// "TYPE BASE64" out of a line as ssh_host_*_key.pub has it.
std::string checked_key(std::string_view key) {
    const std::size_t space = key.find(' ');
    const std::string_view type = key.substr(0, space);
    std::string_view blob = space == std::string_view::npos ? std::string_view{} : key.substr(space + 1);
    blob = blob.substr(0, blob.find_first_of(" \t\r\n"));
    const bool is_base64 = blob.size() >= 32 && std::all_of(blob.begin(), blob.end(), [](unsigned char byte) {
                               return std::isalnum(byte) != 0 || byte == '+' || byte == '/' || byte == '=';
                           });
    if (std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes) || !is_base64) {
        throw Error(ErrorKind::usage, fmt::format("'{}' is not an SSH host key", printable(key, 80)),
                    "it is the first two words of /etc/ssh/ssh_host_ed25519_key.pub on the web server");
    }
    return fmt::format("{} {}", type, blob);
}

}  // namespace

bool knows_host(std::string_view known_hosts, const HostName& host) {
    bool known = false;
    each_line(known_hosts, [&](std::string_view line) { known = known || is_of(line, host); });
    return known;
}

std::string without_host(std::string_view known_hosts, const HostName& host) {
    std::string rest;
    each_line(known_hosts, [&](std::string_view line) {
        if (!is_of(line, host)) {
            rest.append(line).append("\n");
        }
    });
    return rest;
}

std::string with_host(std::string_view known_hosts, const HostName& host, std::string_view key) {
    return without_host(known_hosts, host) + fmt::format("{} {}\n", host.text(), checked_key(key));
}

}  // namespace halfday
