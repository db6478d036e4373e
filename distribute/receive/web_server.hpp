#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "ca/x509/chain.hpp"
#include "ca/x509/serial.hpp"
#include "distribute/receive/grants.hpp"
#include "distribute/receive/places.hpp"

namespace halfday {

/// How one of the web server's commands ended.
struct CommandResult {
    bool worked = true;
    std::string line;  // when it did not: what it said itself, escaped and cut, or how it ended
};

/// Whether what the web server is told about one of them (its test, its reload) holds for the other as well.
[[nodiscard]] bool share_a_server(const Grant& one, const Grant& other);

/// The commands of one entry's web server, each of which runs with HALFDAY_ENTRY, HALFDAY_SERIAL and the paths
/// HALFDAY_FULLCHAIN, HALFDAY_PRIVKEY and HALFDAY_COMBINED below live/ENTRY in its environment. What is not configured
/// works.
class WebServer {
   public:
    WebServer(const ReceiverPlaces& places, const Grant& grant) : places_(places), grant_(grant) {}

    /// The configuration test.
    [[nodiscard]] CommandResult test(const Serial& serial) const;
    /// Gives it the entry's live pair: `install`, or HAProxy's runtime API.
    [[nodiscard]] CommandResult give_live(const Serial& serial) const;
    /// Makes it read its files, of this entry and of those that share it.
    [[nodiscard]] CommandResult reload(const Serial& serial) const;

   private:
    [[nodiscard]] CommandResult run(const Argv& argv, const Serial& serial) const;
    const ReceiverPlaces& places_;
    const Grant& grant_;
};

/// What clients get, by a TLS handshake: a chain, or nothing and why.
struct Seen {
    Chain chain;  // as it is sent, the server's own first; empty for none
    std::string problem;
    /// For how long clients may go on with a session of now, and with its certificate; nothing where it can't be told.
    std::optional<Seconds> session_lifetime = {};

    [[nodiscard]] bool is(const std::optional<Certificate>& other) const {
        return !chain.empty() && other && chain.front() == *other;
    }
    /// "serial 01ab…", or the problem.
    [[nodiscard]] std::string text() const;
};

/// The name to ask a server for that has a certificate for these: the first DNS name that is no wildcard, else one
/// under the first that is; "" where all are IP addresses, which SNI can't hold (RFC 6066 3).
[[nodiscard]] std::string sni_of(const std::vector<GeneralName>& names);

/// Looks once, with sni_of the names.
[[nodiscard]] Seen look(const Endpoint& probe, const std::vector<GeneralName>& names);
constexpr std::chrono::milliseconds kHandshakeDeadline{3'000};
/// The same, and waits for what says how long clients may go on with the session.
[[nodiscard]] Seen look_at_session(const Endpoint& probe, const std::vector<GeneralName>& names, const TicketWait& wait,
                                   std::chrono::milliseconds deadline = kHandshakeDeadline);
/// Looks again and again until `leaf` is what is served, or the patience ends. A server starts to serve a new
/// certificate some time after its reload has returned: tens of milliseconds, Apache a second. Asks for the names of
/// `leaf`, and waits a little for how long clients may go on with the session.
[[nodiscard]] Seen await_served(const Endpoint& probe, const Certificate& leaf, std::chrono::milliseconds patience);

/// The line that says most of what a command wrote: the first one on stderr (or stdout) that is no mere warning.
[[nodiscard]] std::string telling_line(std::string_view out, std::string_view error);

}  // namespace halfday
