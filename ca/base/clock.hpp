#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace halfday {

/// An instant in UTC, to the second, as certificates hold it.
using Time = std::chrono::sys_seconds;
using Seconds = std::chrono::seconds;

/// The wall clock. Read in `cli/` alone and passed on as a value.
[[nodiscard]] Time system_now();

/// "2026-11-24T11:26:39Z" (RFC 3339).
[[nodiscard]] std::string format_time(Time time);
/// The reverse of format_time, exactly that form. Throws Error{corrupt}.
[[nodiscard]] Time parse_time(std::string_view text);

}  // namespace halfday
