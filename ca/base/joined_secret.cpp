#include "ca/base/joined_secret.hpp"

#include <algorithm>

namespace halfday {

Secret joined(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (const std::string_view part : parts) size += part.size();
    Secret all(size);
    all.resize(size);
    char* end = all.data();
    for (const std::string_view part : parts) end = std::copy(part.begin(), part.end(), end);
    return all;
}

Secret terminated(const Secret& text) { return joined({text.reveal(), std::string_view("\0", 1)}); }

void append(Secret& secret, std::string_view bytes) {
    const std::size_t end = secret.size();
    secret.resize(end + bytes.size());
    bytes.copy(secret.data() + end, bytes.size());
}

}  // namespace halfday
