#include "ca/status/mustache.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>

using namespace halfday;
using nlohmann::json;

TEST_CASE("every text of a template is escaped, and what is nothing has no section") {
    struct Case {
        std::string page;
        json values;
        std::string text;
    };
    const json nothing{{"empty", ""}, {"none", nullptr}, {"no", false}, {"list", json::array()}};
    for (const Case& each : std::vector<Case>{
             {"{{n}} {{z}}", {{"n", -7}, {"z", 0}}, "-7 0"},
             {"{{t}}",
              {{"t", R"(<b a="1" c='2'>&{{name}})"}},
              "&lt;b a=&quot;1&quot; c=&apos;2&apos;&gt;&amp;{{name}}"},
             {"{{#empty}}a{{/empty}}{{#none}}b{{/none}}{{#no}}c{{/no}}{{#list}}d{{/list}}", nothing, ""},
             {"{{^empty}}a{{/empty}}{{^none}}b{{/none}}{{^no}}c{{/no}}{{^list}}d{{/list}}{{empty}}", nothing, "abcd"},
             {"{{#t}}is {{t}}{{/t}}", {{"t", "it"}}, "is it"},
             {"{{#l}}{{x}}{{y}};{{/l}}",
              {{"l", {{{"x", 1}}, {{"x", 2}, {"y", "own"}}}}, {"y", "outer"}},
              "1outer;2own;"},
         }) {
        CAPTURE(each.page);
        CHECK(render_mustache(each.page, each.values) == each.text);
    }
}

TEST_CASE("a template that is none is a mistake of ours, and does not pass") {
    for (const char* const page : {"{{a", "{{#a}}", "{{#a}}{{/b}}", "{{/a}}"}) {
        CAPTURE(page);
        CHECK_THROWS_AS(render_mustache(page, {{"a", 1}}), std::logic_error);
    }
}
