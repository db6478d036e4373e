#pragma once

#include <functional>
#include <string>

#include "ca/base/error.hpp"

namespace halfday::test {

/// What the Error says that `action` throws; "" when it throws none, "(KIND) …" when it is of another kind.
inline std::string refused(ErrorKind kind, const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.kind() == kind ? error.what() : std::string("(another kind) ") + error.what();
    }
    return "";
}

}  // namespace halfday::test
