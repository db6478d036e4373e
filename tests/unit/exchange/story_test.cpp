#include "ca/exchange/story.hpp"

#include <catch2/catch.hpp>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

using std::chrono::milliseconds;

const Story kStory{Time(Seconds(1'795'000'000)),
                   {{StoryStep::received, milliseconds(0)},
                    {StoryStep::staged, milliseconds(2)},
                    {StoryStep::reload_failed, milliseconds(31)},
                    {StoryStep::not_seen, milliseconds(5031)}}};

}  // namespace

TEST_CASE("a story is read as it was written") {
    CHECK(to_text(kStory) == "1795000000 r0 s2 L31 H5031");
    CHECK(parse_story("1795000000 r0 s2 L31 H5031") == kStory);
    CHECK(parse_story("0").marks.empty());
    for (const char step : std::string("urstTfblLhH")) {
        CHECK(parse_story(std::string("1 ") + step + "5").marks.at(0).step == static_cast<StoryStep>(step));
    }
    Story long_one = kStory;
    long_one.began = parse_time("9999-12-31T23:59:59Z");
    long_one.marks.assign(100, {StoryStep::tested, milliseconds(100'000'000)});
    CHECK(to_text(long_one).size() <= kMostStoryBytes);
    CHECK(parse_story(to_text(long_one)).marks.size() == kMostMarks);
}

TEST_CASE("what is no story is refused") {
    for (const char* text : {"", " ", "1 ", "x", "-1", "01", "1 r", "1 r-1", "1 q0", "1 r0  s1", "1 r5 s4", "1 r0x",
                             "1 r00", "253402300800", "1 r86400001", "1 r0\ns1"}) {
        INFO(text);
        CHECK_THROWS_AS(parse_story(text), Error);
    }
    std::string many = "1";
    for (std::size_t i = 0; i <= kMostMarks; ++i) many += " r0";
    CHECK_THROWS_AS(parse_story(many), Error);
}

}  // namespace halfday
