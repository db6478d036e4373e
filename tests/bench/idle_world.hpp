#pragma once

#include "ca/exchange/places.hpp"

namespace halfday {

/// Makes an issuer box in `folder` whose fleet has nothing to wait for: `hosts` hosts of one certificate each, all
/// minted ten minutes ago, delivered and proved, the next request of each in the exchange. The certificates are one
/// that was signed, under other names and serials: nobody verifies their signatures in a run with nothing due.
Places make_idle_world(const Path& folder, int hosts);

}  // namespace halfday
