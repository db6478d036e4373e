#pragma once

#include <string_view>

namespace halfday {

// What a receiver says why it refused, where the issuer tells it from the rest.

/// The host waits with another key by now: its next request mends that.
constexpr std::string_view kNotThePendingKey = "its key is not the pending one: answered or replaced already";

}  // namespace halfday
