#pragma once

#include <string>
#include <vector>

#include "ca/exchange/crls.hpp"
#include "distribute/receive/places.hpp"

namespace halfday {

/// What a host knows of revoked intermediates.
struct KeptCrls {
    Crls crls;
    std::string note;  // what was not taken, and why; "" when nothing is to be said
};

/// Takes what a delivery brought into what is kept (take_crl), on disk before it is used. What is refused, damaged or
/// can't be written changes nothing on disk and is told in the note: nothing is thrown, since a certificate must not
/// wait for a CRL.
[[nodiscard]] KeptCrls keep_delivered_crls(const ReceiverPlaces& places, const std::vector<Certificate>& roots,
                                           const std::string& arrived) noexcept;

}  // namespace halfday
