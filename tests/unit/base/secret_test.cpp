#include "ca/base/secret.hpp"

#include <fmt/core.h>

#include <concepts>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <ostream>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "tests/unit/error_of.hpp"

using namespace halfday;

namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) {
    out << value;
};

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>);
static_assert(!Streamable<Secret> && !std::convertible_to<Secret, std::string_view>);
static_assert(!fmt::is_formattable<Secret>::value);

/// The kernel's flags of the mapping that begins at this address ("rd wr mr mw me ac dd"), from /proc/self/smaps.
std::string mapping_flags(const void* address) {
    std::ifstream smaps("/proc/self/smaps");
    const std::string begin = fmt::format("{:x}-", reinterpret_cast<std::uintptr_t>(address));
    bool found = false;
    for (std::string line; std::getline(smaps, line);) {
        const std::string padded = std::string(12 > begin.find('-') ? 12 - begin.find('-') : 0, '0') + begin;
        found = found || line.starts_with(begin) || line.starts_with(padded);
        if (found && line.starts_with("VmFlags:")) {
            return line;
        }
    }
    return {};
}

}  // namespace

TEST_CASE("a secret holds a copy of the bytes") {
    const Secret secret = Secret::copy_of("correct horse");
    CHECK(secret.reveal() == "correct horse");
    CHECK(secret.size() == 13);
    CHECK(Secret::copy_of("").empty());
    CHECK(Secret().empty());
    CHECK(Secret(0).capacity() == 0);
}

TEST_CASE("a secret that was moved is at its new place alone") {
    Secret from = Secret::copy_of("correct horse");
    Secret to = std::move(from);
    CHECK(to.reveal() == "correct horse");
    CHECK(from.empty());  // NOLINT(bugprone-use-after-move): the promise that is tested
    Secret other = Secret::copy_of("battery");
    other = std::move(to);
    CHECK(other.reveal() == "correct horse");
}

TEST_CASE("what is cut off a secret is cleared, and it never grows past its memory") {
    Secret secret = Secret::copy_of("correct horse");
    secret.resize(7);
    CHECK(secret.reveal() == "correct");
    CHECK(std::memcmp(secret.data() + 7, "\0\0\0\0\0\0", 6) == 0);
    secret.resize(13);
    CHECK_THROWS_AS(secret.resize(14), std::length_error);
}

TEST_CASE("a secret's memory is left out of core dumps") {
    const Secret secret = Secret::copy_of("correct horse");
    CHECK_THAT(mapping_flags(secret.reveal().data()), Catch::Contains(" dd"));
}
