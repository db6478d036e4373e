#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ca/x509/chain.hpp"

namespace halfday {

/// Where a TLS server listens: "127.0.0.1:443", "[::1]:443", "www.example.org:443".
struct Endpoint {
    std::string host;
    std::uint16_t port = 443;
    bool operator==(const Endpoint&) const = default;
};
/// Throws Error{usage}.
[[nodiscard]] Endpoint parse_endpoint(std::string_view text);
[[nodiscard]] std::string to_text(const Endpoint& endpoint);

/// The chain that the server presents in one full TLS handshake with `server_name` as SNI (without SNI where it is
/// empty), leaf first. **Nothing is verified**: this is to look at what is there. A fresh context each time, so no
/// session is ever resumed; every address of a name is tried until one answers. The deadline holds for all but the
/// resolver. Throws Error{remote} that says what did not work.
[[nodiscard]] Chain presented_chain(const Endpoint& endpoint, const std::string& server_name,
                                    std::chrono::milliseconds deadline);

struct Presented {
    Chain chain;
    /// For how long the session of that handshake may be resumed, in which clients see the certificate of that time:
    /// the lifetime of the ticket that the server gives (RFC 8446 4.6.1, RFC 5077 3.3). Nothing where it gives none
    /// within the patience, or leaves its lifetime open.
    std::optional<std::chrono::seconds> session_lifetime;
};
/// How long a ticket is waited for, and whether only when the server presents one certificate.
struct TicketWait {
    std::chrono::milliseconds patience;
    std::optional<Certificate> only_of = {};
};
/// The same handshake, after which a ticket is waited for. Throws as presented_chain does.
[[nodiscard]] Presented presented_with_session(const Endpoint& endpoint, const std::string& server_name,
                                               std::chrono::milliseconds deadline, const TicketWait& wait);

}  // namespace halfday
