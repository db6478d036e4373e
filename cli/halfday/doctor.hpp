#pragma once

#include "ca/base/clock.hpp"
#include "ca/exchange/places.hpp"

namespace halfday {

struct DoctorOptions {
    bool json = false;
    bool resolve = false;  // looks hosts' names up over the network
    Path passphrase_file;  // of the issuer's key
};

/// Looks at this box and at what both sides say of the fleet; changes nothing. Prints what is wrong, why that matters,
/// and what to run, the problems first. Returns 0 where nothing is wrong, 1 for warnings, 2 for problems.
[[nodiscard]] int run_doctor(const Places& places, const DoctorOptions& options, Time now);

}  // namespace halfday
