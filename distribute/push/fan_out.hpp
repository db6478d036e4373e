#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>

#include "distribute/push/turns.hpp"

namespace halfday {

/// How far a fan-out has come.
struct Standing {
    std::size_t count;
    std::size_t over;
    std::size_t in_flight;
    struct Longest {
        std::size_t index;
        std::chrono::milliseconds since;
    };
    std::optional<Longest> longest;  // of the visits that are being made
};

/// What a fan-out is made of.
struct Visitor {
    /// In a thread of its own, within the time that is left. A visit that fails on its own says so by how it ended.
    std::function<Ending(std::size_t index, std::chrono::milliseconds left)> visit;
    /// By the thread that called, once for each when its last visit has ended.
    std::function<void(std::size_t index)> take;
    /// By the thread that called, after each and every fifth of a second; may be empty.
    std::function<void(const Standing&)> watch = {};
};

/// Makes every visit as `turns` says. When one throws, or `take` or `watch` does, no new ones begin, and the first
/// exception leaves when those that run have ended.
void fan_out(Turns turns, const Visitor& visitor);

}  // namespace halfday
