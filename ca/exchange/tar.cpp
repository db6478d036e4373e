#include "ca/exchange/tar.hpp"

#include <fmt/core.h>

#include <numeric>

namespace halfday {
namespace {

constexpr std::size_t kNameBytes = 100;
constexpr std::size_t kMostPathBytes = 511;  // so that a long one fills one block with its NUL
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kSumAt = 148;
constexpr std::int64_t kFirstLargeSize = std::int64_t{1} << 33;  // eleven octal digits end here
constexpr char kRegularFile = '0';
constexpr char kLongName = 'L';

/// Octal, or for large sizes GNU's form: a first byte of 0x80, then the number's bytes.
std::string size_field(std::int64_t size) {
    if (size < kFirstLargeSize) {
        return fmt::format("{:011o}", size) + std::string(1, '\0');
    }
    std::string field(12, '\0');
    field[0] = '\x80';
    for (std::size_t at = 11; at > 3; --at) {
        field[at] = static_cast<char>(size & 0xff);
        size >>= 8;
    }
    return field;
}

std::string block(std::string_view name, std::int64_t size, Time modified, char type) {
    std::string header(name.substr(0, kNameBytes));
    header.resize(kNameBytes);
    header += std::string(
        "0000600\0"
        "0000000\0"
        "0000000\0",
        24);  // mode, user, group
    header += size_field(size);
    header += fmt::format("{:011o}", modified.time_since_epoch().count()) + std::string(1, '\0');
    header += "        ";  // the sum's own place counts as spaces
    header += type;
    header.resize(257);  // no link
    header += std::string(
        "ustar\0"
        "00",
        8);
    header += "root";
    header.resize(297);
    header += "root";
    header.resize(kTarBlock);
    const unsigned sum = std::accumulate(header.begin(), header.end(), 0U, [](unsigned total, char byte) {
        return total + static_cast<unsigned char>(byte);
    });
    return header.replace(kSumAt, 8, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
}

}  // namespace

std::string tar_header(std::string_view path, std::int64_t size, Time modified) {
    if (path.size() <= kNameBytes) {
        return block(path, size, modified, kRegularFile);
    }
    std::string name(path.substr(0, kMostPathBytes));
    const auto length = static_cast<std::int64_t>(name.size() + 1);
    name.resize(kTarBlock);
    return block("././@LongLink", length, modified, kLongName) + name + block(path, size, modified, kRegularFile);
}

std::string tar_padding(std::int64_t size) {
    const std::size_t rest = static_cast<std::size_t>(size) % kTarBlock;
    return std::string(rest == 0 ? 0 : kTarBlock - rest, '\0');
}

std::string tar_end() { return std::string(2 * kTarBlock, '\0'); }

std::optional<std::int64_t> tar_size(std::string_view header) {
    if (header.size() != kTarBlock) {
        return std::nullopt;
    }
    std::int64_t size = 0;
    for (const char digit : header.substr(kSizeAt, 11)) {
        if (digit < '0' || digit > '7') {
            return std::nullopt;
        }
        size = size * 8 + (digit - '0');
    }
    return size;
}

}  // namespace halfday
