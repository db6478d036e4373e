#include "ca/exchange/progress.hpp"

#include <catch2/catch.hpp>

#include "../error_of.hpp"

namespace halfday {
namespace {

using std::chrono::milliseconds;

const HostName kSlow = HostName::parse("web7.example.org");

struct Case {
    PushProgress progress;
    int elapsed;  // ms
    const char* line;
};

const Case kCases[] = {
    {{200, 0, 0, 16, kSlow, Seconds{0}}, 10, "0/200 done, 0 failed, 16 in flight, slowest web7.example.org 0 s"},
    {{200, 122, 2, 16, kSlow, Seconds{12}},
     3000,
     "120/200 done, 2 failed, 16 in flight, 41/s, 2 s left, slowest web7.example.org 12 s"},
    {{10, 2, 0, 8, {}, Seconds{0}}, 60'000, "2/10 done, 0 failed, 8 in flight, 2/min, 4 min left"},
    {{3, 3, 3, 0, {}, Seconds{0}}, 1000, "0/3 done, 3 failed, 0 in flight, 3/s, 0 s left"},
};

}  // namespace

TEST_CASE("how far a push has come fits on a line") {
    for (const Case& one : kCases) {
        CHECK(progress_line(one.progress, milliseconds(one.elapsed), 200, Colour::none) == one.line);
    }
    CHECK(progress_line(kCases[1].progress, milliseconds(3000), 27, Colour::none) == "120/200 done, 2 failed, 16 ");
    const std::string coloured = progress_line(kCases[1].progress, milliseconds(3000), 27, Colour::some);
    CHECK(coloured == "120/200 done, \x1b[31m2 failed\x1b[0m, 16 ");
    CHECK(progress_line(kCases[0].progress, milliseconds(10), 30, Colour::some).find('\x1b') == std::string::npos);
}

TEST_CASE("a line of progress is read as it was written, and another refused") {
    for (const Case& one : kCases) {
        const std::string json = to_json(one.progress);
        CHECK(json.size() < kMostProgressBytes);
        CHECK(to_json(parse_push_progress(json)) == json);
    }
    for (const char* json :
         {"", "{}", R"({"hosts":1,"over":2,"failed":0,"in_flight":0,"longest_for":0})",
          R"({"hosts":-1,"over":-2,"failed":0,"in_flight":0,"longest_for":0})",
          R"({"hosts":1,"over":0,"failed":0,"in_flight":1,"longest":"\u001b[31m","longest_for":0})"}) {
        INFO(json);
        CHECK_THROWS_AS(parse_push_progress(json), Error);
    }
}

}  // namespace halfday
