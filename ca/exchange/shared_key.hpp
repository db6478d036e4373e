#pragma once

#include "ca/base/clock.hpp"
#include "ca/base/names.hpp"

namespace halfday {

/// Two hosts have certificates for the same key: who holds one server can be the other.
struct SharedKey {
    HostName host;  // whose certificate is the later one
    EntryName entry;
    HostName other_host;
    EntryName other_entry;
    Time until;  // when the last certificate with that key ends
};

}  // namespace halfday
