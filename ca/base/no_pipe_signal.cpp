#include "ca/base/no_pipe_signal.hpp"

namespace halfday {

NoPipeSignal::NoPipeSignal() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
}

NoPipeSignal::~NoPipeSignal() {
    const timespec at_once{};
    if (::sigismember(&before_, SIGPIPE) == 0) {
        while (::sigtimedwait(&pipe_, nullptr, &at_once) > 0) {
        }
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace halfday
