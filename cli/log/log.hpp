#pragma once

#include <sys/stat.h>

#include <functional>
#include <string>
#include <string_view>

#include "ca/exchange/event.hpp"

namespace halfday {

/// One line on standard output, seen at once also by who reads a pipe. Throws Error{io}.
void print_line(const std::string& line);

/// Whether `journal_stream`, the variable JOURNAL_STREAM of systemd.exec(5) ("" where it is not set), means this file.
[[nodiscard]] bool is_journal_stream(std::string_view journal_stream, const struct stat& file);

/// Where the events of a run go: with their fields to the journal when systemd made that this process's standard error;
/// else as lines, errors and warnings to standard error, the rest to standard output.
class Log {
   public:
    /// `program` is what lines begin with. It lives as long as the Log.
    explicit Log(std::string_view program);

    /// Never waits for the journal: what that doesn't take at once becomes a line. Throws Error{io} when standard
    /// output can't be written.
    void tell(const LogEvent& event) const;

    /// `body`'s exit status. Where events go to the journal, what it throws becomes one (stopped), and its exit status
    /// is returned.
    [[nodiscard]] int run(const std::function<int()>& body) const;

   private:
    [[nodiscard]] bool send_to_journal(const LogEvent& event) const;

    std::string_view program_;
    bool is_journal_;
};

}  // namespace halfday
