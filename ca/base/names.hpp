#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>

namespace halfday {

/// A DNS name as a certificate holds it (RFC 5280 4.2.1.6, RFC 1034 3.5): lower case, letters, digits and hyphens
/// (A-labels for IDN), labels of 1 to 63, at most 253 in all, no trailing dot, last label not all digits (that would be
/// an IP address). A wildcard is the whole leftmost label and has at least two labels after it (RFC 9525 6.3).
class DnsName {
   public:
    /// Upper case and one trailing dot are put into the canonical form. Throws Error{usage} that quotes the text
    /// (escaped) and says what is wrong with it.
    [[nodiscard]] static DnsName parse(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] bool is_wildcard() const noexcept { return text_.starts_with("*."); }
    /// Whether a permitted subtree `domain` covers this name: itself or below it (RFC 5280 4.2.1.10). A wildcard is
    /// within a domain when all that it matches is.
    [[nodiscard]] bool within(const DnsName& domain) const;
    auto operator<=>(const DnsName&) const = default;  // NOLINT(modernize-use-nullptr): no pointer is in it

   private:
    explicit DnsName(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// The name of a web server in the inventory: a DnsName without wildcard, so it can be neither an ssh option nor a
/// path.
class HostName {
   public:
    /// Throws Error{usage}.
    [[nodiscard]] static HostName parse(std::string_view text);
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    auto operator<=>(const HostName&) const = default;  // NOLINT(modernize-use-nullptr): no pointer is in it

   private:
    explicit HostName(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// The name of one certificate of a host ("www"): 1 to 64 of [a-z0-9_-], beginning with a letter or digit; it is used
/// as a file name.
class EntryName {
   public:
    /// Throws Error{usage}.
    [[nodiscard]] static EntryName parse(std::string_view text);
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    auto operator<=>(const EntryName&) const = default;  // NOLINT(modernize-use-nullptr): no pointer is in it

   private:
    explicit EntryName(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace halfday
