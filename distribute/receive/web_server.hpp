#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "ca/x509/certificate.hpp"
#include "ca/x509/serial.hpp"
#include "distribute/receive/grants.hpp"
#include "distribute/receive/places.hpp"

namespace halfday {

/// How one of the web server's commands ended.
struct CommandResult {
    bool worked = true;
    std::string line;  // when it did not: what it said itself, escaped and cut, or how it ended
};

/// The commands of one entry's web server, each of which runs with HALFDAY_ENTRY, HALFDAY_SERIAL and the paths
/// HALFDAY_FULLCHAIN, HALFDAY_PRIVKEY and HALFDAY_COMBINED below live/ENTRY in its environment.
class WebServer {
   public:
    WebServer(const ReceiverPlaces& places, const Grant& grant) : places_(places), grant_(grant) {}

    /// The configuration test; one that is not configured works.
    [[nodiscard]] CommandResult test(const Serial& serial) const;
    /// Makes it take the live pair: `install`, then `reload`, whichever are configured.
    [[nodiscard]] CommandResult take_live(const Serial& serial) const;
    [[nodiscard]] bool has_probe() const { return grant_.probe.has_value(); }

   private:
    [[nodiscard]] CommandResult run(const Argv& argv, const Serial& serial) const;
    const ReceiverPlaces& places_;
    const Grant& grant_;
};

/// What clients get, by a TLS handshake: a certificate, or nothing and why.
struct Seen {
    std::optional<Certificate> leaf;
    std::string problem;

    [[nodiscard]] bool is(const std::optional<Certificate>& other) const { return leaf && other && *leaf == *other; }
    /// "serial 01ab…", or the problem.
    [[nodiscard]] std::string text() const;
};

/// Looks once, with the first of the names that is no wildcard as SNI.
[[nodiscard]] Seen look(const Endpoint& probe, const std::vector<DnsName>& names);
/// Looks again and again until `leaf` is what is served, or the patience ends. A server starts to serve a new
/// certificate some time after its reload has returned: tens of milliseconds, Apache a second. Asks for the names of
/// `leaf`.
[[nodiscard]] Seen await_served(const Endpoint& probe, const Certificate& leaf, std::chrono::milliseconds patience);

/// The line that says most of what a command wrote: the first one on stderr (or stdout) that is no mere warning.
[[nodiscard]] std::string telling_line(std::string_view out, std::string_view error);

}  // namespace halfday
