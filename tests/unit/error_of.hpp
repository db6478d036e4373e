#pragma once

#include <catch2/catch.hpp>

#include "ca/base/error.hpp"

namespace halfday::test {

/// The Error that `action` throws; fails the test case when it throws none.
template <class Action>
[[nodiscard]] Error error_of(Action action) {
    try {
        static_cast<void>(action());
    } catch (const Error& error) {
        return error;
    }
    FAIL("an Error was expected");
    return {ErrorKind::io, "unreachable"};
}

/// Its message.
template <class Action>
[[nodiscard]] std::string message_of(Action action) {
    return error_of(action).what();
}

}  // namespace halfday::test
