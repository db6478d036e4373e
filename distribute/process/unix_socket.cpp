#include "distribute/process/unix_socket.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

using Clock = std::chrono::steady_clock;

/// One conversation, with its deadline.
class Conversation {
   public:
    Conversation(const UnixPeer& peer, std::chrono::milliseconds patience)
        : peer_(peer), deadline_(Clock::now() + patience) {}

    void connect() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string& path = peer_.socket.native();
        if (path.size() >= sizeof address.sun_path) fail("its path is too long");
        std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
        fd_ = FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (!fd_) fail(errno);
        // EAGAIN: as many connections wait there as may.
        while (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            if (errno != EAGAIN && errno != EINTR) fail(errno);
            const auto left = time_left();
            ::poll(nullptr, 0, std::min(left, 50));
        }
    }

    void send(std::string_view input) {
        while (!input.empty()) {
            const ssize_t count = ::send(fd_.get(), input.data(), input.size(), MSG_NOSIGNAL);
            if (count >= 0) {
                input.remove_prefix(static_cast<std::size_t>(count));
            } else if (errno == EAGAIN) {
                wait_for(POLLOUT);
            } else if (errno == EPIPE || errno == ECONNRESET) {
                break;
            } else if (errno != EINTR) {
                fail(errno);
            }
        }
        ::shutdown(fd_.get(), SHUT_WR);
    }

    std::string receive(std::size_t most) {
        std::string answer;
        std::array<char, 16 * 1024> buffer;
        for (;;) {
            const ssize_t count = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
            if (count == 0) return answer;
            if (count > 0) {
                answer.append(buffer.data(), static_cast<std::size_t>(count));
                if (answer.size() > most) fail("its answer is larger than " + std::to_string(most) + " bytes");
            } else if (errno == EAGAIN) {
                wait_for(POLLIN);
            } else if (errno != EINTR) {
                fail(errno);
            }
        }
    }

   private:
    [[noreturn]] void fail(const std::string& why) const {
        throw Error(ErrorKind::remote, "cannot talk to " + peer_.name + " at '" + peer_.socket.string() + "': " + why,
                    peer_.hint);
    }
    [[noreturn]] void fail(int error) const { fail(std::generic_category().message(error)); }

    /// In milliseconds. Throws when there is none.
    int time_left() const {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
        if (left <= 0) fail("no answer in time");
        return static_cast<int>(std::min<long long>(left, 60'000));
    }

    void wait_for(short event) const {
        pollfd polled{fd_.get(), event, 0};
        if (::poll(&polled, 1, time_left()) < 0 && errno != EINTR) fail(errno);
    }

    const UnixPeer& peer_;
    Clock::time_point deadline_;
    FileDescriptor fd_;
};

}  // namespace

std::string ask_unix_socket(const UnixPeer& peer, std::string_view input, std::size_t most,
                            std::chrono::milliseconds patience) {
    Conversation conversation(peer, patience);
    conversation.connect();
    conversation.send(input);
    return conversation.receive(most);
}

}  // namespace halfday
