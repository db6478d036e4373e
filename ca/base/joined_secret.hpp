#pragma once

#include <initializer_list>
#include <string_view>

#include "ca/base/secret.hpp"

namespace halfday {

/// The parts one after the other, at least one of which is a secret.
[[nodiscard]] Secret joined(std::initializer_list<std::string_view> parts);

/// With a NUL at the end, for C.
[[nodiscard]] Secret terminated(const Secret& text);

/// Within its capacity. Throws std::length_error.
void append(Secret& secret, std::string_view bytes);

}  // namespace halfday
