#pragma once

#include <string>

#include "ca/base/error.hpp"

namespace halfday {

/// How a visit ended, as far as it matters for another one.
enum class Ending {
    over,         // an answer, or a failure that another try would only repeat: a refusal, a key that is not accepted
    lost,         // the connection failed
    turned_away,  // the host's sshd took no more connections (MaxStartups, PerSourcePenalties)
    way_closed,   // the same of what is on the way to it (a ProxyJump that hosts share)
};

/// A visit that brought no answer. Kind remote.
class NoAnswer : public Error {
   public:
    NoAnswer(Ending ending, const std::string& what, std::string hint)
        : Error(ErrorKind::remote, what, std::move(hint)), ending_(ending) {}
    [[nodiscard]] Ending ending() const noexcept { return ending_; }

   private:
    Ending ending_;
};

}  // namespace halfday
