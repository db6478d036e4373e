#include "ca/base/error.hpp"

#include <unistd.h>

#include <cerrno>

#include "ca/base/refusal.hpp"
#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;

TEST_CASE("an errno becomes an error that says what was tried and why it failed") {
    struct Case {
        int error;
        ErrorKind kind;
        std::string message;
    };
    const Case cases[] = {
        {ENOENT, ErrorKind::not_found, "cannot read 'x': No such file or directory"},
        {EACCES, ErrorKind::io, "cannot read 'x': Permission denied"},
        {ENOSPC, ErrorKind::io, "cannot read 'x': No space left on device"},
    };
    for (const Case& c : cases) {
        const Error error = error_of([&]() -> int { throw_errno("cannot read 'x'", c.error, "do this"); });
        CHECK(error.what() == c.message);
        CHECK(error.kind() == c.kind);
        CHECK(error.hint() == "do this");
    }
}

TEST_CASE("without a number the current errno is meant") {
    CHECK(message_of([]() -> int {
              errno = EIO;
              throw_errno("cannot sync 'x'");
          }) == "cannot sync 'x': Input/output error");
}

TEST_CASE("without a hint a full disk and a missing right say what to do") {
    const auto hint_of = [](int number) {
        return error_of([&]() -> int { throw_errno("cannot write 'x'", number); }).hint();
    };
    CHECK(hint_of(ENOSPC) == "make room on that disk, then run it again");
    CHECK(hint_of(EACCES) == (::geteuid() == 0 ? "" : "run it as root, or as the user whose file that is"));
    CHECK(hint_of(EIO).empty());
}

TEST_CASE("a refusal tells all its reasons in order") {
    CHECK(Refusal{{}}.text().empty());
    CHECK(Refusal{{"too old"}}.text() == "too old");
    CHECK(Refusal{{"too old", "not ours", "no key"}}.text() == "too old; not ours; no key");
}
