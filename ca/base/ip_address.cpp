#include "ca/base/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

constexpr std::size_t kV4Bytes = 4;
constexpr std::size_t kV6Bytes = 16;
constexpr int kBitsOfByte = 8;
constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);  // RFC 4291 2.5.5.2

/// Nothing for what is no address.
std::optional<std::string> bytes_of(const std::string& text) {
    const bool is_v6 = text.find(':') != std::string::npos;
    std::string bytes(is_v6 ? kV6Bytes : kV4Bytes, '\0');
    return ::inet_pton(is_v6 ? AF_INET6 : AF_INET, text.c_str(), bytes.data()) == 1 ? std::optional(bytes)
                                                                                    : std::nullopt;
}

std::string text_of(const std::string& bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(bytes.size() == kV6Bytes ? AF_INET6 : AF_INET, bytes.data(), text.data(), text.size());
    return text.data();
}

bool is_mapped(std::string_view bytes) { return bytes.size() == kV6Bytes && bytes.starts_with(kMapped); }

[[noreturn]] void refuse(std::string_view text, const std::string& noun, const std::string& why,
                         const std::string& hint) {
    throw Error(ErrorKind::usage, "'" + printable(text, 80) + "' is not " + noun + ": " + why, hint);
}

int bits_of(std::string_view bytes) { return static_cast<int>(bytes.size()) * kBitsOfByte; }

bool bit_at(std::string_view bytes, int at) {
    const auto byte = static_cast<unsigned char>(bytes[static_cast<std::size_t>(at / kBitsOfByte)]);
    return ((byte >> (kBitsOfByte - 1 - at % kBitsOfByte)) & 1) != 0;
}

/// How many bits from the first on are the same, at most `most`.
int common_prefix(std::string_view left, std::string_view right, int most) {
    int count = 0;
    while (count < most && bit_at(left, count) == bit_at(right, count)) {
        ++count;
    }
    return count;
}

std::string mask_of(int prefix, std::size_t size) {
    std::string mask(size, '\0');
    for (int at = 0; at < prefix; ++at) {
        char& byte = mask[static_cast<std::size_t>(at / kBitsOfByte)];
        byte = static_cast<char>(static_cast<unsigned char>(byte) | (0x80U >> (at % kBitsOfByte)));
    }
    return mask;
}

/// The address with zeros after the prefix.
std::string first_of(std::string bytes, int prefix) {
    const std::string mask = mask_of(prefix, bytes.size());
    std::transform(bytes.begin(), bytes.end(), mask.begin(), bytes.begin(),
                   [](char byte, char kept) { return static_cast<char>(byte & kept); });
    return bytes;
}

std::optional<int> parse_prefix(std::string_view digits, int most) {
    int prefix = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    const bool fits = error == std::errc{} && end == digits.data() + digits.size() && prefix >= 0 && prefix <= most;
    return fits && std::to_string(prefix) == digits ? std::optional(prefix) : std::nullopt;
}

}  // namespace

IpAddress IpAddress::parse(std::string_view text) {
    const auto bytes = text.find('\0') == std::string_view::npos ? bytes_of(std::string(text)) : std::nullopt;
    if (!bytes) {
        refuse(text, "an IP address", "it has another form", "for example 192.0.2.7 or 2001:db8::7, without zone");
    }
    if (is_mapped(*bytes)) {
        refuse(text, "an address that clients ask for", "it is an IPv4 address written as IPv6",
               "write it as " + text_of(bytes->substr(kMapped.size())));
    }
    return IpAddress(text_of(*bytes));
}

std::optional<IpAddress> IpAddress::from_bytes(std::string_view bytes) {
    if ((bytes.size() != kV4Bytes && bytes.size() != kV6Bytes) || is_mapped(bytes)) {
        return std::nullopt;
    }
    return IpAddress(text_of(std::string(bytes)));
}

std::string IpAddress::bytes() const { return bytes_of(text_).value(); }

IpRange IpRange::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const IpAddress address = IpAddress::parse(text.substr(0, slash));
    const std::string bytes = address.bytes();
    if (slash == std::string_view::npos) {
        return {address, bits_of(bytes)};
    }
    const auto prefix = parse_prefix(text.substr(slash + 1), bits_of(bytes));
    if (!prefix) {
        refuse(text, "a range of IP addresses", "its prefix length is not 0 to " + std::to_string(bits_of(bytes)),
               "for example 192.0.2.0/24 or 2001:db8::/32");
    }
    if (const std::string first = first_of(bytes, *prefix); first != bytes) {
        refuse(text, "a range of IP addresses", "bits after the prefix are set",
               "write " + text_of(first) + "/" + std::to_string(*prefix) + ", or " + address.text() +
                   " for the one address");
    }
    return {address, *prefix};
}

std::optional<IpRange> IpRange::from_bytes(std::string_view address_and_mask) {
    const std::string_view bytes = address_and_mask.substr(0, address_and_mask.size() / 2);
    const std::string_view mask = address_and_mask.substr(bytes.size());
    const auto address = IpAddress::from_bytes(bytes);
    if (!address || mask.size() != bytes.size()) {
        return std::nullopt;
    }
    const int prefix = common_prefix(mask, std::string(mask.size(), '\xff'), bits_of(mask));
    if (mask_of(prefix, mask.size()) != mask || first_of(std::string(bytes), prefix) != bytes) {
        return std::nullopt;
    }
    return IpRange(*address, prefix);
}

std::string IpRange::text() const { return first_.text() + "/" + std::to_string(prefix_); }

std::string IpRange::bytes() const {
    const std::string bytes = first_.bytes();
    return bytes + mask_of(prefix_, bytes.size());
}

std::optional<int> IpRange::common_bits(const IpAddress& address) const {
    const std::string left = first_.bytes();
    const std::string right = address.bytes();
    return left.size() == right.size() ? std::optional(common_prefix(left, right, prefix_)) : std::nullopt;
}

bool IpRange::contains(const IpAddress& address) const { return common_bits(address) == prefix_; }

bool IpRange::contains(const IpRange& range) const { return prefix_ <= range.prefix_ && contains(range.first_); }

bool looks_like_ip_address(std::string_view text) {
    if (text.find("://") != std::string_view::npos) return false;    // a URL
    const std::string_view last = text.substr(text.rfind('.') + 1);  // all of it where there is no dot
    const bool is_number =
        !last.empty() && std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
    return is_number || text.find(':') != std::string_view::npos;
}

}  // namespace halfday
