#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include "ca/base/file.hpp"

namespace halfday::test {

/// What a socket unit with Accept=yes is to the distributor: each connection is read to its end and answered with what
/// `answer` makes of it.
class SocketListener {
   public:
    SocketListener(const std::filesystem::path& path, std::function<std::string(const std::string&)> answer)
        : answer_(std::move(answer)), fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        if (::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(fd_.get(), 8) != 0) {
            throw std::runtime_error("no socket at " + path.string());
        }
        thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
    }

    [[nodiscard]] int connections() const { return connections_; }

   private:
    void serve(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            pollfd polled{fd_.get(), POLLIN, 0};
            if (::poll(&polled, 1, 5) <= 0) continue;
            const FileDescriptor peer(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            ++connections_;
            std::string input;
            char buffer[4096];
            for (ssize_t count = 0; (count = ::read(peer.get(), buffer, sizeof buffer)) > 0;) {
                input.append(buffer, static_cast<std::size_t>(count));
            }
            const std::string output = answer_(input);
            for (std::size_t sent = 0; sent < output.size();) {
                const ssize_t count = ::send(peer.get(), output.data() + sent, output.size() - sent, MSG_NOSIGNAL);
                if (count <= 0) break;
                sent += static_cast<std::size_t>(count);
            }
        }
    }

    std::function<std::string(const std::string&)> answer_;
    FileDescriptor fd_;
    std::atomic<int> connections_{0};
    std::jthread thread_;  // last: it uses the others
};

}  // namespace halfday::test
