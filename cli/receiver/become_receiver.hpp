#pragma once

#include "distribute/receive/visit.hpp"

namespace halfday {

/// Becomes the user who owns the state folder and reads what the receiver has there. Throws Error{not_found} on a host
/// where `halfday-receiver init` has not run, Error{usage} for a user who can't become that one.
[[nodiscard]] Receiver become_receiver(const ReceiverPlaces& places);

}  // namespace halfday
