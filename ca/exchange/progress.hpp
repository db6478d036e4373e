#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "ca/base/clock.hpp"
#include "ca/base/colour.hpp"
#include "ca/base/names.hpp"

namespace halfday {

/// How far a push has come: what halfday-distributor tells `halfday push`, which has the terminal, a line of JSON each
/// time.
struct PushProgress {
    std::size_t hosts = 0;  // that are visited in this run
    std::size_t over = 0;
    std::size_t failed = 0;
    std::size_t in_flight = 0;
    std::optional<HostName> longest = std::nullopt;  // of those in flight the one that takes longest
    Seconds longest_for{};
};

constexpr std::size_t kMostProgressBytes = 1024;

/// One line, without its end, of at most kMostProgressBytes.
[[nodiscard]] std::string to_json(const PushProgress& progress);
/// Throws Error{corrupt}.
[[nodiscard]] PushProgress parse_push_progress(std::string_view json);

/// "120/200 done, 2 failed, 16 in flight, 41/s, 2 s left, slowest web7.example.org 12 s", at most `columns` wide.
[[nodiscard]] std::string progress_line(const PushProgress& progress, std::chrono::milliseconds elapsed,
                                        std::size_t columns, Colour colour);

}  // namespace halfday
