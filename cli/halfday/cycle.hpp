#pragma once

#include "ca/exchange/places.hpp"

namespace halfday {

/// One cycle: push, issue, and push again if anything new was issued. With systemd and the usual places it starts
/// halfday.service, so that the sandbox of the units holds for people too. A step that fails for some hosts does not
/// keep the next from its work. Returns the exit status: that of the worst step.
[[nodiscard]] int run_cycle(const Places& places);

}  // namespace halfday
