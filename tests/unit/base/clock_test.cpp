#include "ca/base/clock.hpp"

#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;

TEST_CASE("a time and its text give each other back") {
    struct Case {
        long long seconds;
        std::string text;
    };
    const Case cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59Z"},
        {1795519599, "2026-11-24T11:26:39Z"},
        {951782400, "2000-02-29T00:00:00Z"},
        {2524607999, "2049-12-31T23:59:59Z"},
        {2524608000, "2050-01-01T00:00:00Z"},
        {253402300799, "9999-12-31T23:59:59Z"},
    };
    for (const Case& c : cases) {
        CHECK(format_time(Time{Seconds{c.seconds}}) == c.text);
        CHECK(parse_time(c.text) == Time{Seconds{c.seconds}});
    }
}

TEST_CASE("a time in any other form is corrupt") {
    const std::string cases[] = {
        "",
        "2026-11-24",
        "2026-11-24T11:26:39",
        "2026-11-24T11:26:39z",
        "2026-11-24 11:26:39Z",
        "2026-11-24T11:26:39.5Z",
        "2026-11-24T11:26:39+00:00",
        "2026-11-24T11:26:39Z ",
        "+026-11-24T11:26:39Z",
        "2026-13-24T11:26:39Z",
        "2026-00-24T11:26:39Z",
        "2026-11-31T11:26:39Z",
        "2026-02-29T11:26:39Z",
        "2026-11-24T24:00:00Z",
        "2026-11-24T11:60:00Z",
        "2026-11-24T11:26:60Z",
    };
    for (const std::string& text : cases) {
        CAPTURE(text);
        const Error error = error_of([&] { return parse_time(text); });
        CHECK(error.kind() == ErrorKind::corrupt);
        CHECK(std::string(error.what()) == "'" + text + "' is not a time of the form '2026-11-24T11:26:39Z'");
    }
}
