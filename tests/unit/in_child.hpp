#pragma once

#include <sys/wait.h>
#include <unistd.h>

namespace halfday::test {

/// Runs `action` in a process of its own, which then ends with what it returns as the exit status; the status, or -1
/// when it ended by a signal. For what can't be undone in a process.
template <class Action>
[[nodiscard]] int in_child(Action action) {
    const pid_t child = ::fork();
    if (child == 0) {
        int status = 125;
        try {
            status = action();
        } catch (...) {
            status = 126;
        }
        ::_exit(status);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
        return -1;
    }
    return WEXITSTATUS(status);
}

}  // namespace halfday::test
