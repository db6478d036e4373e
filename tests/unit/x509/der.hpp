#pragma once

#include <string>

namespace halfday::test {

/// One DER element of fewer than 64 KiB, put together by hand.
inline std::string element(char tag, const std::string& content) {
    const std::size_t size = content.size();
    std::string der{tag};
    if (size > 0xff) {
        der += {'\x82', static_cast<char>(size >> 8U)};
    } else if (size > 0x7f) {
        der += '\x81';
    }
    return der + static_cast<char>(size & 0xffU) + content;
}

inline constexpr char kInteger = '\x02';
inline constexpr char kBitString = '\x03';
inline constexpr char kUtf8String = '\x0c';
inline constexpr char kSequence = '\x30';
inline constexpr char kSet = '\x31';

}  // namespace halfday::test
