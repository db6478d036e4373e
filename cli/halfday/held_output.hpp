#pragma once

#include "ca/base/file.hpp"

namespace halfday {

/// While it lives, what this process and its children write to standard output and error is held, in their order; it is
/// forgotten unless it is released.
class HeldOutput {
   public:
    /// Throws Error{io}.
    HeldOutput();
    ~HeldOutput();
    HeldOutput(const HeldOutput&) = delete;
    HeldOutput& operator=(const HeldOutput&) = delete;

    /// Both streams are as before, and what was held until now is on standard error, each line made visible
    /// (relay.hpp): a service is not trusted with root's terminal, nor with root's mail. Throws Error{io}.
    void release();

   private:
    void give_back() noexcept;

    FileDescriptor held_;
    FileDescriptor out_;
    FileDescriptor error_;
};

}  // namespace halfday
