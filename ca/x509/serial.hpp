#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "ca/base/clock.hpp"

namespace halfday {

/// A certificate's serial number as we make it: an instance byte of 1 to 127 and 15 bytes that can't be guessed as a
/// whole, so always positive and 16 bytes long (RFC 5280 4.1.2.2 allows 20).
class Serial {
   public:
    /// `random` has 15 bytes. `instance` tells issuers apart that share a root; 1 to 127. Throws Error{usage}.
    [[nodiscard]] static Serial make(std::uint8_t instance, std::string_view random);
    /// The same with the low 32 bits of `at` in seconds before 11 random bytes (the CA/Browser Forum asks for 8), so
    /// that serials of one time are together in an index.
    [[nodiscard]] static Serial make_at(std::uint8_t instance, Time at, std::string_view random);
    /// 32 hex digits. Throws Error{corrupt}.
    [[nodiscard]] static Serial parse(std::string_view hex);
    /// 32 lower-case hex digits.
    [[nodiscard]] std::string hex() const;
    [[nodiscard]] std::string bytes() const;
    auto operator<=>(const Serial&) const = default;

   private:
    std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace halfday
