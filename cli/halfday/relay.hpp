#pragma once

// A service's user is not trusted with root's terminal: whoever holds it can read what is typed there, and type. So a
// service runs in a session of its own with nothing to read, and where an output is a terminal it writes into a pipe,
// from which its lines are copied with everything but printable ASCII escaped.

#include <sys/types.h>

#include <string>
#include <string_view>

#include "ca/base/file.hpp"
#include "cli/halfday/progress_display.hpp"

namespace halfday {

/// Control characters and all but ASCII as \xNN; a tab stays, and a backslash, so that JSON stays JSON.
[[nodiscard]] std::string made_visible(std::string_view line);

/// One output stream of a child, between fork and exit.
class RelayedOutput {
   public:
    /// `fd` is this process's STDOUT_FILENO or STDERR_FILENO. Throws Error{io}.
    explicit RelayedOutput(int fd);
    /// In the child: the stream is the pipe now, if there is one.
    void become_output() const;
    /// In the parent, once, after fork.
    void close_write_end() { write_end_ = FileDescriptor(); }
    /// The end to poll, or -1 when the child writes to the stream itself or has closed it.
    [[nodiscard]] int readable() const noexcept { return read_end_.get(); }
    /// Reads what is there and copies whole lines.
    void copy();
    /// Copies what is left, without waiting for more.
    void finish();

   private:
    void write_lines();
    int fd_;
    FileDescriptor read_end_;
    FileDescriptor write_end_;
    std::string held_;
};

/// Copies both streams until `child` has ended, above the line of `progress` where it isn't null; SIGINT, SIGTERM and
/// SIGHUP are passed on to it. Returns waitpid's status.
[[nodiscard]] int relay_until_end(pid_t child, RelayedOutput& out, RelayedOutput& error, ProgressDisplay* progress);

}  // namespace halfday
