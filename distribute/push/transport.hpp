#pragma once

#include "ca/base/duration.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/wire.hpp"
#include "distribute/push/ssh.hpp"

namespace halfday {

/// How hosts are reached.
struct Transport {
    SshSetup ssh;
    std::chrono::milliseconds timeout{60'000};  // for a whole conversation
};

/// One conversation with a receiver: the delivery there, its answer back. Any thread may call it. Throws NoAnswer, or
/// another Error{remote}, that says what to do; the host's name is the caller's to say.
[[nodiscard]] Answer converse(const HostName& host, const Reach& reach, const Delivery& delivery,
                              const Transport& transport);

}  // namespace halfday
