#include "ca/status/mustache.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>

using namespace halfday;
using nlohmann::json;

TEST_CASE("a template is filled in as Mustache says, and every text is escaped") {
    struct Case {
        std::string page;
        json values;
        std::string text;
    };
    const json host{{"name", "web1"}, {"empty", ""}, {"none", nullptr},
                    {"zero", 0},      {"no", false}, {"list", json::array()}};
    for (const Case& each : std::vector<Case>{
             {"", {}, ""},
             {"no { tag } here", {}, "no { tag } here"},
             {"a {{name}} b", host, "a web1 b"},
             {"{{n}}", {{"n", -7}}, "-7"},
             {"{{t}}", {{"t", R"(<b a="1" c='2'>&{{name}})"}}, "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;{{name}}"},
             {"{{#name}}is {{name}}{{/name}}{{^name}}not{{/name}}", host, "is web1"},
             {"{{#empty}}a{{/empty}}{{#none}}b{{/none}}{{#zero}}c{{/zero}}{{#no}}d{{/no}}{{#list}}e{{/list}}", host,
              ""},
             {"{{^empty}}a{{/empty}}{{^none}}b{{/none}}{{^zero}}c{{/zero}}{{^no}}d{{/no}}{{^list}}e{{/list}}", host,
              "abcde"},
             {"{{#l}}{{x}}{{y}};{{/l}}",
              {{"l", {{{"x", 1}}, {{"x", 2}, {"y", "own"}}}}, {"y", "outer"}},
              "1outer;2own;"},
             {"{{#o}}{{x}}{{/o}}{{x}}", {{"o", {{"x", "in"}}}, {"x", "out"}}, "inout"},
             {"{{#l}}{{#l}}{{x}}{{/l}}{{/l}}", {{"l", {{{"l", {{{"x", 1}}, {{"x", 2}}}}}}}}, "12"},
         }) {
        CAPTURE(each.page);
        CHECK(render_mustache(each.page, each.values) == each.text);
    }
}

TEST_CASE("a template that is none is a mistake of ours, and does not pass") {
    const json values{{"a", 1}, {"list", json::array({1})}};
    for (const char* const page :
         {"{{a", "{{}}", "{{#a}}", "{{#a}}{{/b}}", "{{/a}}", "{{b}}", "{{#b}}{{/b}}", "{{list}}"}) {
        CAPTURE(page);
        CHECK_THROWS_AS(render_mustache(page, values), std::logic_error);
    }
}
