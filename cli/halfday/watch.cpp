// The alternate screen, and no line wrapped while a picture is drawn (xterm's control sequences; VT100, DECAWM). All
// signals that end or redraw are blocked but while ppoll waits, so that none is lost and none comes amid a picture.
#include "cli/halfday/watch.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string_view>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"

namespace halfday {
namespace {

volatile std::sig_atomic_t ended = 0;  // NOLINT: what a signal handler may write to

constexpr std::array kEnding{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/// Blocks the signals while it lives, and has those that end noted.
class NotedSignals {
   public:
    NotedSignals() {
        sigset_t blocked;
        ::sigemptyset(&blocked);
        struct sigaction action {};
        for (const int signal : kEnding) {
            ::sigaddset(&blocked, signal);
            action.sa_handler = [](int) { ended = 1; };
            ::sigaction(signal, &action, nullptr);
        }
        ::sigaddset(&blocked, SIGWINCH);
        action.sa_handler = [](int) {};
        ::sigaction(SIGWINCH, &action, nullptr);
        ::sigprocmask(SIG_BLOCK, &blocked, &before_);
    }
    NotedSignals(const NotedSignals&) = delete;
    NotedSignals& operator=(const NotedSignals&) = delete;
    ~NotedSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

    /// Until the time has passed or one of them came.
    void wait(Seconds span) const {
        const timespec patience{span.count(), 0};
        static_cast<void>(::ppoll(nullptr, 0, &patience, &before_));
    }

   private:
    sigset_t before_{};
};

void write_out(std::string_view text) {
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout));
    static_cast<void>(std::fflush(stdout));
}

class OtherScreen {
   public:
    OtherScreen() { write_out("\x1b[?1049h\x1b[?25l"); }
    OtherScreen(const OtherScreen&) = delete;
    OtherScreen& operator=(const OtherScreen&) = delete;
    ~OtherScreen() { write_out("\x1b[?25h\x1b[?1049l"); }
};

/// Over what is there, line by line, so that nothing flickers; what has no room below is left out.
std::string picture(std::string_view text, std::size_t lines) {
    std::string out = "\x1b[?7l\x1b[H";
    for (std::size_t line = 1; line < lines && !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out += fmt::format("{}\x1b[K\r\n", text.substr(0, end));
        text.remove_prefix(std::min(text.size(), end + 1));
    }
    return out + "\x1b[J\x1b[?7h";
}

std::string draw_or_tell(const std::function<std::string(const ScreenPlace&)>& draw, const ScreenPlace& place) {
    try {
        return draw(place);
    } catch (const Error& error) {
        return fmt::format("error: {}\n{}{}\n", error.what(), error.hint().empty() ? "" : "hint: ", error.hint());
    }
}

/// Rows for the part of a high terminal that the other lines leave.
ScreenPlace filled(ScreenPlace place) {
    constexpr std::size_t kOtherLines = 20;
    constexpr std::size_t kLeastRows = 6;
    place.rows = place.lines > kOtherLines + kLeastRows ? place.lines - kOtherLines : kLeastRows;
    return place;
}

}  // namespace

void watch(Seconds every, const std::function<std::string(const ScreenPlace&)>& draw) {
    if (::isatty(STDOUT_FILENO) != 1) {
        throw Error(ErrorKind::usage, "--watch is for a terminal, and standard output is none",
                    "halfday status --json or --metrics FILE, as often as you like");
    }
    std::string shown;
    {
        const NotedSignals signals;
        const OtherScreen screen;
        while (ended == 0) {
            const ScreenPlace place = filled(screen_place());
            shown = draw_or_tell(draw, place);
            const std::string foot = fmt::format("every {}; Ctrl-C ends it\n", format_duration(every));
            write_out(picture(foot + shown, place.lines));
            signals.wait(every);
        }
    }
    write_out(shown);
}

}  // namespace halfday
