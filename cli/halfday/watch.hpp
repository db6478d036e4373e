#pragma once

#include <functional>
#include <string>

#include "ca/base/clock.hpp"
#include "cli/halfday/screen_style.hpp"

namespace halfday {

/// Draws what `draw` returns on the terminal's other screen, again and again, and at once when its size changes, until
/// Ctrl-C, SIGTERM or SIGHUP; then the terminal is as before, below it what was drawn last. An Error of `draw` is shown
/// in its place. Throws Error{usage} when standard output is no terminal.
void watch(Seconds every, const std::function<std::string(const ScreenPlace&)>& draw);

}  // namespace halfday
