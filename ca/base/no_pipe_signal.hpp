#pragma once

#include <csignal>

namespace halfday {

/// While it lives, writing to a pipe or socket whose other end is gone is EPIPE for this thread and no signal; one that
/// came meanwhile is taken away again.
class NoPipeSignal {
   public:
    NoPipeSignal();
    NoPipeSignal(const NoPipeSignal&) = delete;
    NoPipeSignal& operator=(const NoPipeSignal&) = delete;
    ~NoPipeSignal();

   private:
    sigset_t pipe_{};
    sigset_t before_{};
};

}  // namespace halfday
