#include "ca/base/duration.hpp"

#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

TEST_CASE("a duration is one number and one unit") {
    struct Case {
        std::string text;
        Seconds seconds;
        std::string shortest;
    };
    const Case cases[] = {
        {"1s", 1s, "1s"},
        {"90s", 90s, "90s"},
        {"5m", 5min, "5m"},
        {"12h", 12h, "12h"},
        {"30d", 720h, "30d"},
        {"60s", 60s, "1m"},
        {"720m", 12h, "12h"},
        {"24h", 24h, "1d"},
        {"007m", 7min, "7m"},
        {"25h", 25h, "25h"},
        {"36600d", 24h * 36600, "36600d"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(parse_duration(c.text) == c.seconds);
        CHECK(format_duration(c.seconds) == c.shortest);
    }
    CHECK(format_duration(0s) == "0s");
}

TEST_CASE("what is not exactly a positive number and a unit is refused, with the forms") {
    const std::string cases[] = {"",
                                 "h",
                                 "12",
                                 "12 h",
                                 " 12h",
                                 "12h ",
                                 "12H",
                                 "12hours",
                                 "1h30m",
                                 "-1h",
                                 "+1h",
                                 "0s",
                                 "0h",
                                 "1.5h",
                                 "0x10s",
                                 "36601d",
                                 "99999999999999999999s"};
    for (const std::string& text : cases) {
        CAPTURE(text);
        const Error error = error_of([&] { return parse_duration(text); });
        CHECK(error.kind() == ErrorKind::usage);
        CHECK(std::string(error.what()) == "'" + text + "' is not a duration");
        CHECK_THAT(error.hint(), Catch::Contains("'12h'"));
    }
}

TEST_CASE("people read a span in its two largest units") {
    struct Case {
        Seconds span;
        std::string text;
    };
    const Case cases[] = {
        {0s, "0 s"},
        {12s, "12 s"},
        {59s, "59 s"},
        {60s, "1 min"},
        {90s, "1 min"},
        {-3min, "-3 min"},
        {-10s, "-10 s"},
        {1h, "1 h"},
        {8h - 1s, "7 h 59 min"},
        {24h, "1 d"},
        {24h * 34 + 2h + 59min, "34 d 2 h"},
        {24h + 59min, "1 d"},
        {-25h, "-1 d 1 h"},
    };
    for (const Case& c : cases) {
        CHECK(describe_span(c.span) == c.text);
    }
}

TEST_CASE("no server certificate lives less than a minute or more than a day") {
    for (const Seconds allowed : {Seconds{1min}, Seconds{12h}, Seconds{24h}}) {
        CHECK(Lifetime(allowed).value() == allowed);
    }
    for (const Seconds refused : {Seconds{59s}, Seconds{24h + 1s}, Seconds{0s}, Seconds{-12h}}) {
        CHECK(error_of([&] { return Lifetime(refused); }).kind() == ErrorKind::usage);
    }
    CHECK(message_of([] { return Lifetime(48h); }) == "a certificate's lifetime of '2d' is not between '1m' and '1d'");
}
