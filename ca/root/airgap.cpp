#include "ca/root/airgap.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <system_error>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostKernelBytes = 16 * 1024 * 1024;

// linux/if.h, linux/route.h and the kernel's tcp_states.h, which no header of ours needs to include.
constexpr std::uint32_t kInterfaceUp = 0x1;
constexpr std::uint32_t kRouteUp = 0x1;
constexpr std::uint32_t kRouteRejects = 0x200;
constexpr const char* kMountHint =
    "mount /proc and /sys, in a chroot too: the kernel shows there which networks it has";
constexpr std::string_view kListening = "0A";
constexpr std::string_view kNotConnected = "07";

/// A file of the kernel's, which doesn't say its size before (so read_file can't). Nothing where there is none.
std::optional<std::string> read_kernel_file_if_there(const Path& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file && errno == ENOENT) {
        return std::nullopt;
    }
    std::string content;
    std::array<char, 16 * 1024> part{};
    ssize_t count = -1;
    while (file && content.size() <= kMostKernelBytes && (count = ::read(file.get(), part.data(), part.size())) > 0) {
        content.append(part.data(), static_cast<std::size_t>(count));
    }
    if (count != 0) {
        throw_errno("can't tell whether this box has a network: cannot read '" + path.string() + "'",
                    count < 0 ? errno : EFBIG);
    }
    return content;
}

std::string read_kernel_file(const Path& path) {
    auto content = read_kernel_file_if_there(path);
    if (!content) {
        throw_errno("can't tell whether this box has a network: cannot read '" + path.string() + "'", ENOENT,
                    kMountHint);
    }
    return *std::move(content);
}

using Fields = std::vector<std::string_view>;

Fields split(std::string_view line) {
    constexpr std::string_view kBlank = " \t\r";
    Fields fields;
    std::size_t begin = line.find_first_not_of(kBlank);
    while (begin != std::string_view::npos) {
        const std::size_t end = std::min(line.find_first_of(kBlank, begin), line.size());
        fields.push_back(line.substr(begin, end - begin));
        begin = line.find_first_not_of(kBlank, end);
    }
    return fields;
}

[[noreturn]] void fail(std::string_view what, std::string_view text) {
    throw Error(ErrorKind::corrupt,
                fmt::format("can't tell whether this box has a network: {} is '{}'", what, printable(text)));
}

/// The fields of each line that isn't empty. A line with fewer than `least` is not understood.
std::vector<Fields> split_lines(std::string_view text, std::size_t least) {
    std::vector<Fields> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        Fields fields = split(line);
        if (fields.empty()) {
            continue;
        }
        if (fields.size() < least) {
            fail("a line", line);
        }
        lines.push_back(std::move(fields));
    }
    return lines;
}

std::uint32_t parse_hex(std::string_view digits) {
    std::string_view bare = digits;
    if (bare.starts_with("0x")) {
        bare.remove_prefix(2);
    }
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(bare.data(), bare.data() + bare.size(), value, 16);
    if (error != std::errc{} || end != bare.data() + bare.size() || bare.empty()) {
        fail("a number", digits);
    }
    return value;
}

/// The bytes, in network order, of an address that the kernel printed as 32-bit words of this machine's order.
std::string address_bytes(std::string_view digits) {
    if (digits.size() != 8 && digits.size() != 32) {
        fail("an address", digits);
    }
    std::string bytes;
    for (std::size_t at = 0; at < digits.size(); at += 8) {
        const std::uint32_t word = parse_hex(digits.substr(at, 8));
        char raw[sizeof word];
        std::memcpy(raw, &word, sizeof word);
        bytes.append(raw, sizeof raw);
    }
    return bytes;
}

bool all_zero(std::string_view digits) { return digits.find_first_not_of('0') == std::string_view::npos; }

unsigned byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

std::string address_text(std::string_view bytes) {
    if (bytes.size() == 4) {
        return fmt::format("{}.{}.{}.{}", byte_at(bytes, 0), byte_at(bytes, 1), byte_at(bytes, 2), byte_at(bytes, 3));
    }
    if (std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == 0; })) {
        return "[::]";
    }
    std::string text = "[";
    for (std::size_t at = 0; at < bytes.size(); at += 2) {
        text += fmt::format("{}{:x}", at == 0 ? "" : ":", (byte_at(bytes, at) << 8U) | byte_at(bytes, at + 1));
    }
    return text + "]";
}

bool is_loopback(std::string_view bytes) {
    using namespace std::string_view_literals;
    constexpr std::string_view kMapped = "\0\0\0\0\0\0\0\0\0\0\xff\xff\x7f"sv;      // ::ffff:127.0.0.0/104
    constexpr std::string_view kLoopback = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"sv;  // ::1
    if (bytes.size() == 4) {
        return bytes[0] == 127;
    }
    return bytes == kLoopback || bytes.starts_with(kMapped);
}

void append(NetworkFindings& findings, const NetworkFindings& more) {
    findings.insert(findings.end(), more.begin(), more.end());
}

NetworkFindings interfaces_up(const Path& net) {
    std::error_code error;
    std::vector<Path> interfaces;
    for (std::filesystem::directory_iterator entry(net, error), end; !error && entry != end; entry.increment(error)) {
        if (entry->is_directory() && entry->path().filename() != "lo") {
            interfaces.push_back(entry->path());
        }
    }
    if (error) {
        throw_errno("can't tell whether this box has a network: '" + net.string() + "'", error.value(), kMountHint);
    }
    std::sort(interfaces.begin(), interfaces.end());
    NetworkFindings findings;
    for (const Path& interface : interfaces) {
        const auto flags = read_kernel_file_if_there(interface / "flags");  // nothing: gone since it was listed
        const auto operstate = read_kernel_file_if_there(interface / "operstate");
        if (flags && interface_is_up(*flags, operstate.value_or("unknown"))) {
            findings.push_back(printable(interface.filename().string()) + " is up");
        }
    }
    return findings;
}

}  // namespace

bool interface_is_up(std::string_view flags, std::string_view operstate) {
    const Fields flag = split(flags.substr(0, flags.find('\n')));
    const Fields state = split(operstate.substr(0, operstate.find('\n')));
    if (flag.size() != 1) {
        fail("an interface's flags", flags);
    }
    const bool unplugged =
        !state.empty() && (state[0] == "down" || state[0] == "lowerlayerdown" || state[0] == "notpresent");
    return (parse_hex(flag[0]) & kInterfaceUp) != 0 && !unplugged;
}

NetworkFindings default_routes(std::string_view route) {
    NetworkFindings findings;
    for (const Fields& line : split_lines(route, 8)) {
        if (line[0] == "Iface") {
            continue;
        }
        const std::uint32_t flags = parse_hex(line[3]);
        if (all_zero(line[7]) && (flags & kRouteUp) != 0 && (flags & kRouteRejects) == 0) {
            findings.push_back(fmt::format("there is a default route by {}", printable(line[0])));
        }
    }
    return findings;
}

NetworkFindings default_routes_ipv6(std::string_view route) {
    NetworkFindings findings;
    for (const Fields& line : split_lines(route, 10)) {
        const std::uint32_t flags = parse_hex(line[8]);
        if (all_zero(line[1]) && (flags & kRouteRejects) == 0) {
            findings.push_back(fmt::format("there is a default route by {} (IPv6)", printable(line[9])));
        }
    }
    return findings;
}

NetworkFindings open_ports(std::string_view sockets, Transport transport) {
    const std::string_view name = transport == Transport::tcp ? "tcp" : "udp";
    const std::string_view state = transport == Transport::tcp ? kListening : kNotConnected;
    NetworkFindings findings;
    for (const Fields& line : split_lines(sockets, 4)) {
        if (line[0] == "sl" || line[3] != state) {
            continue;
        }
        const std::size_t colon = std::min(line[1].find(':'), line[1].size());
        const std::string address = address_bytes(line[1].substr(0, colon));
        const std::uint32_t port = parse_hex(line[1].substr(std::min(colon + 1, line[1].size())));
        const std::string finding = fmt::format("{} port {} is open on {}", name, port, address_text(address));
        if (!is_loopback(address) && std::find(findings.begin(), findings.end(), finding) == findings.end()) {
            findings.push_back(finding);
        }
    }
    return findings;
}

NetworkFindings find_network(const Path& sys, const Path& proc) {
    const Path net = proc / "net";
    NetworkFindings findings = interfaces_up(sys / "class" / "net");
    append(findings, default_routes(read_kernel_file(net / "route")));
    append(findings, open_ports(read_kernel_file(net / "tcp"), Transport::tcp));
    append(findings, open_ports(read_kernel_file(net / "udp"), Transport::udp));
    // The kernel leaves these out where it has no IPv6.
    append(findings, default_routes_ipv6(read_kernel_file_if_there(net / "ipv6_route").value_or("")));
    append(findings, open_ports(read_kernel_file_if_there(net / "tcp6").value_or(""), Transport::tcp));
    append(findings, open_ports(read_kernel_file_if_there(net / "udp6").value_or(""), Transport::udp));
    return findings;
}

Verdict judge_network(const NetworkFindings& findings, NetworkPolicy policy) {
    if (findings.empty() || policy == NetworkPolicy::record) {
        return std::nullopt;
    }
    return Refusal{findings};
}

}  // namespace halfday
