#include "distribute/process/process.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "ca/base/error.hpp"
#include "ca/base/no_pipe_signal.hpp"
#include "distribute/process/spawn.hpp"

namespace halfday {
namespace {

using Clock = std::chrono::steady_clock;

// A child that may not be killed (it became root through sudo) is left to itself after this.
constexpr std::chrono::milliseconds kDyingTime{1000};

// What is taken from an output at once: as much as a pipe can hold, so that an ended child leaves nothing behind, and
// no more, so that one that writes without end is looked at in between.
constexpr std::size_t kAtOnce = 1024 * 1024;

/// One of the child's outputs, kept up to a limit.
struct Output {
    FileDescriptor fd;
    std::string text;
    bool truncated = false;

    /// Takes what is there now, kAtOnce or a little more; closes at the end.
    void take(std::size_t most) {
        std::array<char, 16 * 1024> buffer;
        for (std::size_t taken = 0; fd && taken < kAtOnce;) {
            const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0 && errno == EAGAIN) return;
            if (count <= 0) {
                fd = FileDescriptor();
                return;
            }
            const auto got = static_cast<std::size_t>(count);
            const std::size_t kept = std::min(got, most - text.size());
            text.append(buffer.data(), kept);
            truncated = truncated || kept < got;
            taken += got;
        }
    }
};

class Run {
   public:
    Run(const Command& command, Child child)
        : command_(command),
          child_(std::move(child)),
          out_{std::move(child_.out), {}},
          error_{std::move(child_.error), {}},
          deadline_(Clock::now() + command.deadline) {}

    Finished to_end() {
        Finished finished;
        while (!wait_for_something(deadline_)) {
            finished.timed_out = Clock::now() >= deadline_;
            if (!finished.timed_out && !is_too_much()) continue;
            end_it();
            break;
        }
        // What the child wrote is in the pipes by now; a grandchild that holds them open is not waited for.
        take_outputs();
        finished.status = reap();
        finished.out = std::move(out_.text);
        finished.error = std::move(error_.text);
        finished.truncated = out_.truncated || error_.truncated;
        return finished;
    }

   private:
    /// Moves bytes until `until`; whether the child has ended.
    bool wait_for_something(Clock::time_point until) {
        std::array<pollfd, 4> polled{{{child_.ended.get(), POLLIN, 0},
                                      {out_.fd.get(), POLLIN, 0},
                                      {error_.fd.get(), POLLIN, 0},
                                      {child_.input.get(), POLLOUT, 0}}};
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
        const int ready =
            ::poll(polled.data(), polled.size(), static_cast<int>(std::clamp<long long>(left, 0, 60'000)));
        if (ready < 0 && errno != EINTR) throw_errno("cannot wait for '" + command_.argv[0] + "'");
        if (ready <= 0) return false;
        take_outputs();
        if (polled[3].revents != 0) give_input();
        return polled[0].revents != 0;
    }

    [[nodiscard]] bool is_too_much() const {
        return command_.excess == Command::Excess::ends_it && (out_.truncated || error_.truncated);
    }

    void end_it() {
        ::kill(-child_.pid, SIGKILL);
        const Clock::time_point dead_by = Clock::now() + kDyingTime;
        while (!wait_for_something(dead_by) && Clock::now() < dead_by) {
        }
    }

    void take_outputs() {
        out_.take(command_.most_output);
        error_.take(command_.most_output);
    }

    void give_input() {
        const NoPipeSignal guard;
        const std::string_view rest = std::string_view(command_.input).substr(given_);
        const ssize_t count = ::write(child_.input.get(), rest.data(), rest.size());
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
        given_ += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
        if (count < 0 || given_ == command_.input.size()) child_.input = FileDescriptor();
    }

    int reap() const {
        int status = 0;
        const pid_t reaped = ::waitpid(child_.pid, &status, WNOHANG);
        if (reaped <= 0) return 128 + SIGKILL;
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }

    const Command& command_;
    Child child_;
    Output out_;
    Output error_;
    Clock::time_point deadline_;
    std::size_t given_ = 0;
};

}  // namespace

Finished run_process(const Command& command) { return Run(command, spawn(command)).to_end(); }

}  // namespace halfday
