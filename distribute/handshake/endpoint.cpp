#include <algorithm>
#include <charconv>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "distribute/handshake/handshake.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostHostBytes = 253;

bool is_of_an_address(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
           c == '_' || c == ':' || c == '%';
}

bool is_host(std::string_view host) {
    return !host.empty() && host.size() <= kMostHostBytes && host.front() != '-' &&
           std::all_of(host.begin(), host.end(), is_of_an_address);
}

std::uint16_t parse_port(std::string_view digits) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return error == std::errc{} && end == digits.data() + digits.size() ? port : std::uint16_t{0};
}

}  // namespace

Endpoint parse_endpoint(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon != std::string_view::npos) {
        std::string_view host = text.substr(0, colon);
        const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
        if (bracketed) host = host.substr(1, host.size() - 2);
        const std::uint16_t port = parse_port(text.substr(colon + 1));
        const bool plain = host.find(':') == std::string_view::npos;
        if (port != 0 && is_host(host) && plain != bracketed) return {std::string(host), port};
    }
    throw Error(ErrorKind::usage, "'" + printable(text) + "' is not ADDRESS:PORT",
                "for example 127.0.0.1:443, [::1]:443 or www.example.org:443");
}

std::string to_text(const Endpoint& endpoint) {
    const bool bracketed = endpoint.host.find(':') != std::string::npos;
    return (bracketed ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

}  // namespace halfday
