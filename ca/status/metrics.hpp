#pragma once

#include <string>

#include "ca/base/clock.hpp"
#include "ca/exchange/fleet.hpp"

namespace halfday {

/// What `halfday status` shows, in Prometheus' text format 0.0.4, for node_exporter's textfile collector. Times are in
/// seconds since 1970, so that a rule holds them against time(), and a value that is not known has no line.
/// docs/monitoring/metrics.md says what each is.
[[nodiscard]] std::string fleet_metrics(const Fleet& fleet, Time now);

}  // namespace halfday
