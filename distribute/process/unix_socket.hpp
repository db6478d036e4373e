#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "ca/base/file.hpp"

namespace halfday {

/// Who listens at a socket, and what to do when nobody does.
struct UnixPeer {
    Path socket;
    std::string name;  // "the receiver"
    std::string hint;
};

/// Sends `input` to the socket, closes that direction, and returns what comes back until the other side closes: at most
/// `most` bytes, all within `patience`. A peer that stops reading early is no failure if it answers. Throws
/// Error{remote}.
[[nodiscard]] std::string ask_unix_socket(const UnixPeer& peer, std::string_view input, std::size_t most,
                                          std::chrono::milliseconds patience);

}  // namespace halfday
