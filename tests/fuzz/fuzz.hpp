#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ca/base/error.hpp"

/// libFuzzer's entry: each file here is one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace halfday::fuzz {

inline std::string_view bytes(const std::uint8_t* data, std::size_t size) {
    const void* const address = data;
    return {static_cast<const char*>(address), size};
}

/// Runs `parse`, which may throw an Error of this kind and nothing else; anything else that it throws ends the program.
template <class Parse>
int only_refuses(ErrorKind kind, Parse parse) {
    try {
        parse();
    } catch (const Error& error) {
        if (error.kind() != kind) {
            std::abort();
        }
    }
    return 0;
}

/// Ends the program when a promise does not hold.
inline void require(bool promise) {
    if (!promise) {
        std::abort();
    }
}

}  // namespace halfday::fuzz
