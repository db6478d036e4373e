#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace halfday {

/// A certificate's serial number as we make it: an instance byte of 1 to 127 and 120 random bits, so always positive
/// and 16 bytes long (RFC 5280 4.1.2.2 allows 20).
class Serial {
   public:
    /// `random` has 15 bytes. `instance` tells issuers apart that share a root; 1 to 127. Throws Error{usage}.
    [[nodiscard]] static Serial make(std::uint8_t instance, std::string_view random);
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
