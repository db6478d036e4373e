#include "cli/halfday/relay.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostHeldBytes = 64 * 1024;  // a longer line is copied in parts
constexpr int kLookMilliseconds = 50;              // how soon the end of a child whose own children go on is seen

volatile std::sig_atomic_t signalled_child = 0;

void pass_on(int signal) {
    if (signalled_child > 0) {
        ::kill(static_cast<pid_t>(signalled_child), signal);
    }
}

/// While it lives, what would end this process goes to the child, whose end then is ours.
class PassedSignals {
   public:
    explicit PassedSignals(pid_t child) {
        signalled_child = child;
        struct sigaction action {};
        action.sa_handler = pass_on;
        for (std::size_t at = 0; at < kSignals.size(); ++at) {
            ::sigaction(kSignals[at], &action, &before_[at]);
        }
    }
    PassedSignals(const PassedSignals&) = delete;
    PassedSignals& operator=(const PassedSignals&) = delete;
    ~PassedSignals() {
        for (std::size_t at = 0; at < kSignals.size(); ++at) {
            ::sigaction(kSignals[at], &before_[at], nullptr);
        }
        signalled_child = 0;
    }

   private:
    static constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP};
    std::array<struct sigaction, kSignals.size()> before_{};
};

void write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(fd, text.data(), text.size());
        if (count < 0 && errno != EINTR) {
            return;  // nobody reads any more; the child's work goes on
        }
        text.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
}

bool has_ended(pid_t child, int& status) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended < 0 && errno != EINTR) {
        throw_errno("wait for a child");
    }
    return ended == child;
}

/// What is there on any of the three, once.
void relay_once(RelayedOutput& out, RelayedOutput& error, ProgressDisplay* progress) {
    std::array<pollfd, 3> ready{pollfd{out.readable(), POLLIN, 0}, pollfd{error.readable(), POLLIN, 0},
                                pollfd{progress != nullptr ? progress->readable() : -1, POLLIN, 0}};
    if (::poll(ready.data(), ready.size(), kLookMilliseconds) <= 0) {
        return;
    }
    if (progress != nullptr) {
        progress->erase();
    }
    if (ready[0].revents != 0) {
        out.copy();
    }
    if (ready[1].revents != 0) {
        error.copy();
    }
    if (progress != nullptr) {
        if (ready[2].revents != 0) {
            progress->take();
        }
        progress->draw();
    }
}

}  // namespace

std::string made_visible(std::string_view line) {
    std::string visible;
    for (const char byte : line) {
        const auto value = static_cast<unsigned char>(byte);
        if (byte == '\t' || (value >= 0x20 && value < 0x7f)) {
            visible += byte;
        } else {
            visible += "\\x" + to_hex({&byte, 1});
        }
    }
    return visible;
}

RelayedOutput::RelayedOutput(int fd) : fd_(fd) {
    if (::isatty(fd) == 0) {
        return;
    }
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw_errno("make a pipe");
    }
    read_end_ = FileDescriptor(ends[0]);
    write_end_ = FileDescriptor(ends[1]);
    ::fcntl(read_end_.get(), F_SETFL, O_NONBLOCK);
}

void RelayedOutput::become_output() const {
    if (write_end_ && ::dup2(write_end_.get(), fd_) < 0) {
        throw_errno("hand over an output");
    }
}

void RelayedOutput::copy() {
    std::array<char, 4096> buffer{};
    const ssize_t count = ::read(read_end_.get(), buffer.data(), buffer.size());
    if (count < 0) {
        return;
    }
    if (count == 0) {
        read_end_ = FileDescriptor();
        return;
    }
    held_.append(buffer.data(), static_cast<std::size_t>(count));
    write_lines();
}

void RelayedOutput::write_lines() {
    std::size_t end = 0;
    while ((end = held_.find('\n')) != std::string::npos) {
        write_all(fd_, made_visible(std::string_view(held_).substr(0, end)) + "\n");
        held_.erase(0, end + 1);
    }
    if (held_.size() > kMostHeldBytes) {
        write_all(fd_, made_visible(held_));
        held_.clear();
    }
}

void RelayedOutput::finish() {
    pollfd ready{read_end_.get(), POLLIN, 0};
    while (read_end_ && ::poll(&ready, 1, 0) > 0) {
        copy();
        ready.fd = read_end_.get();
    }
    write_all(fd_, made_visible(held_));
    held_.clear();
}

int relay_until_end(pid_t child, RelayedOutput& out, RelayedOutput& error, ProgressDisplay* progress) {
    const PassedSignals signals(child);
    int status = 0;
    if (out.readable() < 0 && error.readable() < 0) {
        while (::waitpid(child, &status, 0) < 0) {
            if (errno != EINTR) {
                throw_errno("wait for a child");
            }
        }
        return status;
    }
    while (!has_ended(child, status)) {
        relay_once(out, error, progress);
    }
    if (progress != nullptr) {
        progress->erase();
    }
    out.finish();
    error.finish();
    return status;
}

}  // namespace halfday
