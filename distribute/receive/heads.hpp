#pragma once

#include <string>
#include <vector>

#include "distribute/receive/places.hpp"

namespace halfday {

/// Keeps the ledger's head that a delivery brought (keep_heads; one a line in a file), and returns all that are kept.
/// A host is a witness here and no judge: what is no head is left out, and when the file can't be read or written
/// nothing is thrown, since a certificate is worth more than a head.
[[nodiscard]] std::vector<std::string> keep_delivered_head(const ReceiverPlaces& places,
                                                           const std::string& arrived) noexcept;

}  // namespace halfday
