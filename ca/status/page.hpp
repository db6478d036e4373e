#pragma once

#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/fleet.hpp"
#include "ca/exchange/snapshot.hpp"
#include "ca/exchange/why.hpp"

namespace halfday {

constexpr std::size_t kMostStories = 50;         // of failing entries
constexpr std::size_t kMostPageRows = 5000;      // about 5 MB
constexpr std::size_t kNewestCertificates = 20;  // of the ledger

/// The newest that were issued, of the entries' newest; newest first.
[[nodiscard]] std::vector<IssuedEntry> newest_certificates(const IssuerSnapshot& issuer, std::size_t most);

/// The hosts of the first failing rows, each once, in the fleet's order.
[[nodiscard]] std::vector<HostName> hosts_to_explain(const Fleet& fleet, std::size_t most);

/// What `halfday status` shows as one HTML page that loads nothing: page.html filled in. Foreign text is escaped twice,
/// for terminals (as everywhere) and for HTML, and the page's Content-Security-Policy permits its own style and script
/// by their hashes alone.
[[nodiscard]] std::string status_page(const Fleet& fleet, const std::vector<HostStory>& stories,
                                      const std::vector<IssuedEntry>& newest, Time now);

}  // namespace halfday
