#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "distribute/receive/flip.hpp"
#include "distribute/receive/web_server.hpp"

namespace halfday {

/// An entry's live version, and what its web server made of it.
struct Serving {
    Site site;
    Serial serial;
    Certificate leaf;
    CommandResult taken = {};
    Seen seen = {};

    [[nodiscard]] WebServer server() const { return {site.places, site.grant}; }
    /// Clients get it; without a probe, its commands worked.
    [[nodiscard]] bool is_proved() const;
    /// What kept it from being served, by the command's and the handshake's words; "" without a probe and a failure.
    [[nodiscard]] std::string problem() const;
};

/// What clients get for the entry now; nothing and no problem without a probe.
[[nodiscard]] Seen look_if_probed(const Site& site, const Certificate& leaf);

/// Gives the web server that they share, at least one, all of them, reloads it once, and looks until they are served or
/// the patience, which is theirs together, ends.
void have_taken(std::vector<Serving>& servings, std::chrono::milliseconds patience);

}  // namespace halfday
