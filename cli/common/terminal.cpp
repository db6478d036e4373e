#include "cli/common/terminal.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <exception>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/sandbox.hpp"
#include "cli/common/exit_status.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostPassphraseBytes = 1024;
constexpr std::size_t kLeastPassphraseCharacters = 12;
constexpr std::string_view kShownOnly = "it is shown to people alone: run it at a terminal, without redirections";

void print(std::string_view program, std::string_view word, std::string_view what, std::string_view hint) {
    fmt::print(stderr, "{}: {}: {}\n", program, word, without_controls(what));
    if (!hint.empty()) {
        fmt::print(stderr, "{}: hint: {}\n", program, without_controls(hint));
    }
}

/// While it lives, a signal that would end or stop this process interrupts the read instead, so that none leaves a
/// terminal without echo.
class InterruptingSignals {
   public:
    InterruptingSignals() {
        struct sigaction action {};
        action.sa_handler = [](int) {};
        for (std::size_t at = 0; at < kSignals.size(); ++at) {
            ::sigaction(kSignals[at], &action, &before_[at]);
        }
    }
    InterruptingSignals(const InterruptingSignals&) = delete;
    InterruptingSignals& operator=(const InterruptingSignals&) = delete;
    ~InterruptingSignals() {
        for (std::size_t at = 0; at < kSignals.size(); ++at) {
            ::sigaction(kSignals[at], &before_[at], nullptr);
        }
    }

   private:
    static constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    std::array<struct sigaction, kSignals.size()> before_{};
};

/// The controlling terminal, with echo off while this object lives.
class QuietTerminal {
   public:
    explicit QuietTerminal(int fd) : fd_(fd) {
        if (::tcgetattr(fd_, &before_) != 0) {
            throw_errno("terminal");
        }
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        quiet.c_lflag |= ECHONL;
        ::tcsetattr(fd_, TCSAFLUSH, &quiet);
    }
    QuietTerminal(const QuietTerminal&) = delete;
    QuietTerminal& operator=(const QuietTerminal&) = delete;
    ~QuietTerminal() { ::tcsetattr(fd_, TCSAFLUSH, &before_); }

   private:
    InterruptingSignals signals_;
    int fd_;
    termios before_{};
};

FileDescriptor open_terminal(const std::string& hint) {
    FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (!terminal) {
        throw Error(ErrorKind::usage, "there is no terminal to ask on", hint);
    }
    return terminal;
}

void show(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0) {
            throw_errno("terminal");
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// Clears the screen, before it and after it, with what has scrolled off it (ECMA-48; 3 J is xterm's and the kernel's).
class ClearedScreen {
   public:
    explicit ClearedScreen(int fd) : fd_(fd) { clear(); }
    ClearedScreen(const ClearedScreen&) = delete;
    ClearedScreen& operator=(const ClearedScreen&) = delete;
    ~ClearedScreen() { clear(); }

   private:
    void clear() const noexcept {
        static constexpr std::string_view kClear = "\033[H\033[2J\033[3J";
        static_cast<void>(::write(fd_, kClear.data(), kClear.size()) == 0);
    }
    int fd_;
};

/// One line without its end. In canonical mode read() returns a line at most.
Secret read_line(int fd) {
    Secret line(kMostPassphraseBytes);
    const ssize_t count = ::read(fd, line.data(), line.capacity());
    if (count < 0) {
        throw_errno("nothing was typed");
    }
    line.resize(static_cast<std::size_t>(count));
    if (!line.empty() && line.reveal().back() == '\n') {
        line.resize(line.size() - 1);
    }
    return line;
}

Secret first_line(const Secret& content) {
    const std::string_view all = content.reveal();
    return Secret::copy_of(all.substr(0, all.find_first_of("\r\n")));
}

void require_private(const Path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
        throw_errno("passphrase file '" + file.string() + "'", errno);
    }
    if (S_ISREG(status.st_mode) && (status.st_mode & 077) != 0) {
        throw Error(ErrorKind::usage, fmt::format("passphrase file '{}' can be read by others", file.string()),
                    fmt::format("chmod 600 {}", file.string()));
    }
}

Secret passphrase_from_file(const Path& file) {
    require_private(file);
    Secret passphrase = first_line(read_secret_file(file, kMostPassphraseBytes));
    if (passphrase.empty()) {
        throw Error(ErrorKind::usage, fmt::format("passphrase file '{}' has an empty first line", file.string()));
    }
    return passphrase;
}

Secret require_length(Secret passphrase) {
    if (passphrase.size() < kLeastPassphraseCharacters) {
        throw Error(ErrorKind::usage,
                    fmt::format("a passphrase has at least {} characters", kLeastPassphraseCharacters),
                    "five or six random words are good");
    }
    return passphrase;
}

}  // namespace

void print_error(std::string_view program, std::string_view what, std::string_view hint) {
    print(program, "error", what, hint);
}

void print_warning(std::string_view program, std::string_view what, std::string_view hint) {
    print(program, "warning", what, hint);
}

int run_program(std::string_view program, const std::function<int()>& body) {
    try {
        harden_process();
        return body();
    } catch (const Error& error) {
        print_error(program, error.what(), error.hint());
        return exit_status_of(error);
    } catch (const std::exception& error) {
        print_error(program, error.what());
        return kFailed;
    }
}

Secret prompt_secret(std::string_view question, std::string_view instead) {
    const FileDescriptor terminal = open_terminal(fmt::format("pass {}", instead));
    const QuietTerminal quiet(terminal.get());  // first: what is typed as soon as the question is there is kept
    show(terminal.get(), fmt::format("{}: ", question));
    return read_line(terminal.get());
}

std::string prompt_line(std::string_view question, std::string_view instead) {
    const FileDescriptor terminal = open_terminal(fmt::format("pass {}", instead));
    show(terminal.get(), fmt::format("{}: ", question));
    return std::string(read_line(terminal.get()).reveal());
}

void require_terminal_to_show() { static_cast<void>(open_terminal(std::string(kShownOnly))); }

void show_secret(std::string_view heading, const Secret& text, std::string_view question) {
    const FileDescriptor terminal = open_terminal(std::string(kShownOnly));
    const InterruptingSignals signals;
    const ClearedScreen cleared(terminal.get());
    show(terminal.get(), fmt::format("{}\n\n", heading));
    show(terminal.get(), text.reveal());
    show(terminal.get(), fmt::format("\n{}: ", question));
    static_cast<void>(read_line(terminal.get()));
}

Secret read_passphrase(const Path& file, std::string_view question, std::string_view instead) {
    if (!file.empty()) {
        return passphrase_from_file(file);
    }
    Secret passphrase = prompt_secret(question, instead);
    if (passphrase.empty()) {
        throw Error(ErrorKind::usage, "the passphrase is empty");
    }
    return passphrase;
}

Secret read_new_passphrase(const Path& file, std::string_view question, std::string_view instead) {
    if (!file.empty()) {
        return require_length(passphrase_from_file(file));
    }
    Secret passphrase = require_length(prompt_secret(question, instead));
    const Secret again = prompt_secret("the same again", instead);
    if (passphrase.reveal() != again.reveal()) {
        throw Error(ErrorKind::usage, "the two passphrases differ", "nothing was made or changed: run it again");
    }
    return passphrase;
}

std::string format_table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t column = 0; column < row.size(); ++column) {
            widths[column] = std::max(widths[column], row[column].size());
        }
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t column = 0; column < row.size(); ++column) {
            line += fmt::format("{:<{}}  ", row[column], widths[column]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

}  // namespace halfday
