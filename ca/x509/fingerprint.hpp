#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace halfday {

/// What people compare and type: the first 128 bits of SHA-256 of a SubjectPublicKeyInfo, written as 8 groups of 4 hex
/// digits with spaces between.
class Fingerprint {
   public:
    [[nodiscard]] static Fingerprint of_spki(std::string_view spki_der);
    /// Takes upper and lower case, and spaces, colons and hyphens between or within groups. Throws Error{usage}.
    [[nodiscard]] static Fingerprint parse(std::string_view typed);
    /// "3f2a 91c0 …", 39 characters.
    [[nodiscard]] std::string text() const;
    bool operator==(const Fingerprint&) const = default;

   private:
    std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace halfday
