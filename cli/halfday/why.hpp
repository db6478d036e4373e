#pragma once

#include <string>

#include "ca/base/clock.hpp"
#include "ca/exchange/places.hpp"
#include "ca/exchange/why.hpp"

namespace halfday {

/// Reads the inventory and both snapshots; one that is damaged counts as missing, and is told on standard error. Throws
/// Error{usage} for a host that is not in the inventory, Error{io} when this user may not read them.
[[nodiscard]] HostStory read_why(const Places& places, const HostName& name, Time now);
/// For people: what happened when, an entry after the other.
[[nodiscard]] std::string why_text(const HostStory& story, Time now);
/// The same facts as one JSON object; times in RFC 3339.
[[nodiscard]] std::string why_json(const HostStory& story, Time now);

}  // namespace halfday
