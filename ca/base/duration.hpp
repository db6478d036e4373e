#pragma once

#include <string>
#include <string_view>

#include "ca/base/clock.hpp"

namespace halfday {

/// Reads "90s", "5m", "12h", "30d": one positive number and one unit. Throws Error{usage} that says the forms.
[[nodiscard]] Seconds parse_duration(std::string_view text);
/// The shortest exact form that parse_duration reads: 43200 s is "12h".
[[nodiscard]] std::string format_duration(Seconds duration);
/// Rounded for people's eyes: "34 d 2 h", "7 h 59 min", "12 s", "-3 min".
[[nodiscard]] std::string describe_span(Seconds span);

/// How long a server certificate lives: at least 1 min, at most 24 h, whatever the configuration says.
class Lifetime {
   public:
    static constexpr Seconds kLeast = std::chrono::minutes{1};
    static constexpr Seconds kCeiling = std::chrono::hours{24};  // a lost key does at most a day of damage

    /// Throws Error{usage} outside [kLeast, kCeiling].
    explicit Lifetime(Seconds value);
    [[nodiscard]] Seconds value() const noexcept { return value_; }
    auto operator<=>(const Lifetime&) const = default;

   private:
    Seconds value_;
};

}  // namespace halfday
