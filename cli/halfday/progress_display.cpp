#include "cli/halfday/progress_display.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>

#include "ca/base/error.hpp"
#include "cli/halfday/operator.hpp"

namespace halfday {
namespace {

constexpr std::size_t kUsualWidth = 80;
constexpr std::chrono::milliseconds kWorthALine{300};  // what is over sooner needs none

std::size_t columns() {
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1U : kUsualWidth - 1;
}

/// https://no-color.org
Colour colour() { return environment("NO_COLOR").empty() ? Colour::some : Colour::none; }

void write_to_terminal(std::string_view text) {
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
    static_cast<void>(std::fflush(stderr));
}

}  // namespace

bool ProgressDisplay::is_possible() {
    const std::string terminal = environment("TERM");
    return ::isatty(STDERR_FILENO) == 1 && !terminal.empty() && terminal != "dumb";
}

ProgressDisplay::ProgressDisplay() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw_errno("make a pipe");
    read_end_ = FileDescriptor(ends[0]);
    write_end_ = FileDescriptor(ends[1]);
}

void ProgressDisplay::keep_write_end() const { ::fcntl(write_end_.get(), F_SETFD, 0); }

void ProgressDisplay::take() {
    std::array<char, 4096> buffer{};
    const ssize_t count = ::read(read_end_.get(), buffer.data(), buffer.size());
    if (count == 0) read_end_ = FileDescriptor();
    if (count <= 0) return;
    held_.append(buffer.data(), static_cast<std::size_t>(count));
    const std::size_t end = held_.rfind('\n');
    if (end == std::string::npos) {
        if (held_.size() > kMostProgressBytes) held_.clear();
        return;
    }
    const std::size_t begin = end == 0 ? std::string::npos : held_.rfind('\n', end - 1);
    const std::string newest = held_.substr(begin == std::string::npos ? 0 : begin + 1, end - begin - 1);
    held_.erase(0, end + 1);
    try {
        const auto elapsed =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin_);
        if (elapsed >= kWorthALine) line_ = progress_line(parse_push_progress(newest), elapsed, columns(), colour());
    } catch (const Error&) {  // another user's program wrote it: what is no progress is not shown
    }
}

void ProgressDisplay::draw() {
    if (line_.empty() || is_drawn_) return;
    write_to_terminal(line_);
    is_drawn_ = true;
}

void ProgressDisplay::erase() {
    if (!is_drawn_) return;
    write_to_terminal("\r\x1b[K");
    is_drawn_ = false;
}

}  // namespace halfday
