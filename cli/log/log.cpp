#include "cli/log/log.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "ca/base/error.hpp"
#include "ca/base/file.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"

namespace halfday {
namespace {

constexpr std::string_view kJournalSocket = "/run/systemd/journal/socket";

bool standard_error_is_journal() {
    const char* const stream = std::getenv("JOURNAL_STREAM");
    struct stat file {};
    return stream != nullptr && ::fstat(STDERR_FILENO, &file) == 0 && is_journal_stream(stream, file);
}

}  // namespace

void print_line(const std::string& line) {
    if (std::puts(line.c_str()) < 0 || std::fflush(stdout) != 0) throw_errno("cannot write to stdout");
}

bool is_journal_stream(std::string_view journal_stream, const struct stat& file) {
    return journal_stream == std::to_string(file.st_dev) + ":" + std::to_string(file.st_ino);
}

Log::Log(std::string_view program) : program_(program), is_journal_(standard_error_is_journal()) {}

bool Log::send_to_journal(const LogEvent& event) const {
    const FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket) return false;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    kJournalSocket.copy(address.sun_path, sizeof address.sun_path - 1);
    const std::string datagram = journal_datagram(journal_fields(event, program_));
    return ::sendto(socket.get(), datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                    reinterpret_cast<const sockaddr*>(&address),  // how the sockets API is used
                    sizeof address) == static_cast<ssize_t>(datagram.size());
}

void Log::tell(const LogEvent& event) const {
    if (is_journal_ && send_to_journal(event)) return;
    switch (meaning_of(event.kind).priority) {
        case EventPriority::error:
            return print_error(program_, event.text, event.hint);
        case EventPriority::warning:
            return print_warning(program_, event.text, event.hint);
        case EventPriority::notice:
        case EventPriority::info:
            break;
    }
    print_line(event.text);
}

int Log::run(const std::function<int()>& body) const {
    if (!is_journal_) return body();
    const auto stopped = [this](const std::string& what, const std::string& hint) {
        tell({.kind = EventKind::stopped, .text = what, .hint = hint});
    };
    try {
        return body();
    } catch (const Error& error) {
        stopped(error.what(), error.hint());
        return exit_status_of(error);
    } catch (const std::exception& error) {
        stopped(error.what(), {});
        return kFailed;
    }
}

}  // namespace halfday
