#pragma once

#include <stdexcept>
#include <string>

namespace halfday {

/// Why something failed. `usage` (arguments, configuration, owners and modes) ends a program with status 2, every
/// other kind with 1. A refusal is not a failure: see refusal.hpp.
enum class ErrorKind { usage, not_found, corrupt, io, remote };

/// A failure: `what()` says what happened and to what, in lower case without a full stop, values in quotes;
/// `hint()` is the one next action, or empty. The library's own reason (errno, OpenSSL, SQLite) is part of `what()`.
class Error : public std::runtime_error {
   public:
    Error(ErrorKind kind, const std::string& what, std::string hint = {});

    [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

   private:
    ErrorKind kind_;
    std::string hint_;
};

/// Throws Error "WHAT: strerror(error)" of kind not_found for ENOENT and io for all else.
[[noreturn]] void throw_errno(const std::string& what, int error, std::string hint = {});
/// The same with the current `errno`.
[[noreturn]] void throw_errno(const std::string& what);

}  // namespace halfday
