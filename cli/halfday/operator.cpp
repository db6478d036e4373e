#include "cli/halfday/operator.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdlib>

namespace halfday {

std::string environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

std::optional<User> who_called_sudo() {
    const std::string text = environment("SUDO_UID");
    uid_t uid = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), uid);
    const bool is_other = !text.empty() && error == std::errc{} && end == text.data() + text.size() && uid != 0;
    return ::geteuid() == 0 && is_other ? std::optional(find_user(uid)) : std::nullopt;
}

}  // namespace halfday
