#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace halfday {

/// An IPv4 or IPv6 address as a certificate holds it (RFC 5280 4.2.1.6), kept in its one text: dotted decimal, or that
/// of RFC 5952. Not an IPv4 address written as IPv6 (::ffff:192.0.2.7), which no client asks for.
class IpAddress {
   public:
    /// Any form of RFC 4291 2.2, without zone, brackets and prefix length; decimal parts without leading zeros. Throws
    /// Error{usage} that quotes the text (escaped).
    [[nodiscard]] static IpAddress parse(std::string_view text);
    /// Of 4 or 16 bytes in network order; nothing for another length and what parse() refuses.
    [[nodiscard]] static std::optional<IpAddress> from_bytes(std::string_view bytes);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// 4 or 16 bytes in network order.
    [[nodiscard]] std::string bytes() const;
    [[nodiscard]] bool is_v6() const noexcept { return text_.find(':') != std::string::npos; }
    auto operator<=>(const IpAddress&) const = default;  // NOLINT(modernize-use-nullptr): no pointer is in it

   private:
    explicit IpAddress(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// All addresses that begin with the same bits (RFC 4632, RFC 4291 2.3): "192.0.2.0/24", "2001:db8::/32".
class IpRange {
   public:
    /// An address alone is a range of one. Throws Error{usage}, for bits after the prefix too, and says what would do.
    [[nodiscard]] static IpRange parse(std::string_view text);
    /// An address and its mask of 4 or 16 bytes each (RFC 5280 4.2.1.10); nothing for another form.
    [[nodiscard]] static std::optional<IpRange> from_bytes(std::string_view address_and_mask);

    /// "192.0.2.0/24"; of a single address "192.0.2.7/32".
    [[nodiscard]] std::string text() const;
    /// Address and mask.
    [[nodiscard]] std::string bytes() const;
    [[nodiscard]] bool is_v6() const noexcept { return first_.is_v6(); }
    [[nodiscard]] bool contains(const IpAddress& address) const;
    [[nodiscard]] bool contains(const IpRange& range) const;
    /// How many leading bits `address` has in common with the range's, at most its prefix length; nothing when one is
    /// IPv4 and the other IPv6.
    [[nodiscard]] std::optional<int> common_bits(const IpAddress& address) const;
    bool operator==(const IpRange&) const = default;
    auto operator<=>(const IpRange&) const = default;  // NOLINT(modernize-use-nullptr): no pointer is in it

   private:
    IpRange(IpAddress first, int prefix) : first_(std::move(first)), prefix_(prefix) {}
    IpAddress first_;
    int prefix_;
};

/// Whether a text is meant as an IP address rather than a DNS name: it has a colon, or its last label is all digits.
[[nodiscard]] bool looks_like_ip_address(std::string_view text);

}  // namespace halfday
