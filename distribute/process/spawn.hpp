#pragma once

#include <sys/types.h>

#include "ca/base/file.hpp"
#include "distribute/process/process.hpp"

namespace halfday {

/// A child that was started: its pid, a descriptor that polls readable when it has ended, and our ends of its streams.
/// The streams do not block; `input` is empty when the command has none (the child's is /dev/null then).
struct Child {
    pid_t pid = -1;
    FileDescriptor ended;
    FileDescriptor input;
    FileDescriptor out;
    FileDescriptor error;
};

/// Starts the command as run_process says. Safe where other threads run. Throws as run_process.
[[nodiscard]] Child spawn(const Command& command);

}  // namespace halfday
