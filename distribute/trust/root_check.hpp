#pragma once

#include "ca/base/clock.hpp"
#include "ca/base/refusal.hpp"
#include "ca/x509/certificate.hpp"

namespace halfday {

/// Whether a root may be one that can speak for any name.
enum class Constraints { required, unneeded };

/// What speaks against trusting a certificate as a root: that it isn't self-signed or no authority's, that it has
/// ended, and, where they are required, that it has no name constraints or some that can't be read here.
[[nodiscard]] Verdict check_root(const Certificate& certificate, Constraints constraints, Time now);

}  // namespace halfday
