#pragma once

#include <chrono>
#include <string>

#include "ca/base/file.hpp"
#include "ca/exchange/progress.hpp"

namespace halfday {

/// One line at the foot of the terminal that says how far a push has come: its program writes that into a pipe, and
/// this one, which has the terminal, draws it. Lines that scroll by go above it.
class ProgressDisplay {
   public:
    /// Whether standard error is a terminal on which a line can be drawn again.
    [[nodiscard]] static bool is_possible();
    /// Throws Error{io}.
    ProgressDisplay();

    /// What the child is to write to. In the child, before exec: keeps that open. In the parent, after fork: closes it.
    [[nodiscard]] int write_end() const noexcept { return write_end_.get(); }
    void keep_write_end() const;
    void close_write_end() { write_end_ = FileDescriptor(); }

    /// The end to poll, or -1 when the child has closed it.
    [[nodiscard]] int readable() const noexcept { return read_end_.get(); }
    /// Reads what is there, and remembers the newest that can be read.
    void take();
    void draw();
    void erase();

   private:
    FileDescriptor read_end_;
    FileDescriptor write_end_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::string held_;
    std::string line_;
    bool is_drawn_ = false;
};

}  // namespace halfday
