#pragma once

#include <vector>

#include "ca/exchange/places.hpp"
#include "ca/x509/certificate.hpp"

namespace halfday {

/// The roots that /etc/halfday pins on the issuer box: root.pem, and during a rotation next-root.pem after it. Throws
/// Error{not_found}, Error{usage} for a file that isn't root's, Error{corrupt}.
[[nodiscard]] std::vector<Certificate> read_pinned_roots(const Places& places);

/// Of all of them, in their order.
[[nodiscard]] std::vector<Fingerprint> fingerprints_of(const std::vector<Certificate>& certificates);

}  // namespace halfday
