#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace halfday {

using Sha256 = std::array<std::uint8_t, 32>;

[[nodiscard]] Sha256 sha256(std::string_view bytes);
/// Lower-case hex of sha256(bytes).
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
/// The same of what is put into it, piece by piece.
class Sha256Stream {
   public:
    Sha256Stream();
    Sha256Stream(Sha256Stream&&) noexcept;
    Sha256Stream& operator=(Sha256Stream&&) noexcept;
    ~Sha256Stream();
    void put(std::string_view bytes);
    /// Lower-case hex of all of it. Once.
    [[nodiscard]] std::string finish_hex();

   private:
    struct Context;
    std::unique_ptr<Context> context_;
};
/// `count` bytes from OpenSSL's generator. Throws Error{io}.
[[nodiscard]] std::string random_bytes(std::size_t count);

/// RFC 4648 section 5 without padding, as JWS wants it (RFC 7515 2).
[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// The exact reverse: padding, white space, other letters and non-zero trailing bits are refused. Throws
/// Error{corrupt}.
[[nodiscard]] std::string from_base64url(std::string_view text);
/// RFC 4648 section 4, with padding. from_base64 throws Error{corrupt}.
[[nodiscard]] std::string to_base64(std::string_view bytes);
[[nodiscard]] std::string from_base64(std::string_view text);

}  // namespace halfday
