#pragma once

#include <string>
#include <vector>

#include "ca/exchange/places.hpp"

namespace halfday {

/// `halfday init`: the folders with their owners and modes (what systemd/halfday.tmpfiles.conf says too), the
/// distributor's SSH key, then `halfday-issuer init` with `issuer_arguments`. May be run twice. Returns the exit
/// status.
[[nodiscard]] int set_up_issuer_box(const Places& places, const std::vector<std::string>& issuer_arguments);

}  // namespace halfday
