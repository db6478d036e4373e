#include "distribute/receive/input.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

void wait_for_more(int fd, Deadline deadline) {
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            throw Error(ErrorKind::remote, "the input has not come to its end in time",
                        "close the sending side after the delivery: this reads it to its end");
        }
        pollfd polled{fd, POLLIN, 0};
        const int ready = ::poll(&polled, 1, static_cast<int>(left.count()));
        if (ready > 0) return;
        if (ready < 0 && errno != EINTR) throw_errno("cannot wait for input");
    }
}

}  // namespace

std::string read_to_end(int fd, std::size_t most, std::chrono::milliseconds deadline) {
    const Deadline until = std::chrono::steady_clock::now() + deadline;
    std::string text;
    std::array<char, 64 * 1024> buffer;
    while (true) {
        wait_for_more(fd, until);
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count == 0) return text;
        if (count < 0 && errno != EINTR && errno != EAGAIN) throw_errno("cannot read the input");
        if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
        if (text.size() > most) {
            throw Error(ErrorKind::remote, "the input is longer than " + std::to_string(most) + " bytes");
        }
    }
}

}  // namespace halfday
