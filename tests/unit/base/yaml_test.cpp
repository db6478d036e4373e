#include "ca/base/yaml.hpp"

#include <stdexcept>

#include "ca/base/duration.hpp"
#include "ca/base/names.hpp"
#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::string_literals;

TEST_CASE("a document is read as maps, lists and texts") {
    YamlMap map = parse_yaml(
        "# a host\n"
        "host: web1.example.org\n"
        "mode: \"0640\"\n"
        "parallel: 16\n"
        "certificates:\n"
        "  www: {names: [www.example.org, example.org]}\n"
        "empty list: []\n",
        "web1.yaml");
    CHECK(map.need("host").as(HostName::parse).text() == "web1.example.org");
    CHECK(map.need("mode").text() == "0640");
    CHECK(map.need("parallel").number(1, 64) == 16);
    CHECK(map.find("group") == std::nullopt);
    CHECK(map.need("empty list").list().empty());
    auto entries = map.need("certificates").map().all();
    REQUIRE(entries.size() == 1);
    CHECK(entries.front().first.text() == "www");
    YamlMap entry = entries.front().second.map();
    const std::vector<YamlValue> names = entry.need("names").list();
    REQUIRE(names.size() == 2);
    CHECK(names.back().text() == "example.org");
    CHECK_NOTHROW(entry.finish());
    CHECK_NOTHROW(map.finish());
}

TEST_CASE("texts are what is written: nothing is read as a number, a truth or a null but an empty value") {
    YamlMap map = parse_yaml("a: 0640\nb: yes\nc: 'it''s'\nd: \"tab\\tend\"\ne: |\n  two\n  lines\n<<: x\n", "f");
    CHECK(map.need("a").text() == "0640");
    CHECK(map.need("b").text() == "yes");
    CHECK(map.need("c").text() == "it's");
    CHECK(map.need("d").text() == "tab\tend");
    CHECK(map.need("e").text() == "two\nlines\n");
    CHECK(map.need("<<").text() == "x");
}

TEST_CASE("a document marker, a byte order mark and Windows' line ends are fine") {
    for (const std::string text :
         {"---\na: b\n", "a: b\n...\n", "\xef\xbb\xbf\x61: b\n", "a: b\r\n", "%YAML 1.2\n---\na: b\n"}) {
        CAPTURE(text);
        CHECK(parse_yaml(text, "f").need("a").text() == "b");
    }
}

TEST_CASE("what another reader could read otherwise is refused with its place") {
    struct Case {
        std::string text;
        std::string message;
    };
    const std::string deep = "a: " + std::string(16, '[') + std::string(16, ']') + "\n";
    const Case cases[] = {
        {"", "f.yaml:1:1: nothing in it, expected a map of keys and values"},
        {"# nothing\n", "f.yaml:1:1: nothing in it, expected a map of keys and values"},
        {"- a\n", "f.yaml:1:1: expected a map of keys and values"},
        {"\n  text\n", "f.yaml:2:3: expected a map of keys and values"},
        {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: the key 'a' is there twice"},
        {"a: {b: 1, 'b': 2}\n", "f.yaml:1:11: the key 'b' is there twice"},
        {"a: &x b\n", "f.yaml:1:4: an anchor ('&name'), which is not allowed here"},
        {"a: &x {b: c}\n", "f.yaml:1:4: an anchor ('&name'), which is not allowed here"},
        {"&x a: b\n", "f.yaml:1:1: an anchor ('&name'), which is not allowed here"},
        {"a: !!str b\n", "f.yaml:1:4: the tag 'tag:yaml.org,2002:str', and tags are not allowed here"},
        {"a: !x [b]\n", "f.yaml:1:4: the tag '!x', and tags are not allowed here"},
        {"a: b\n---\nc: d\n", "f.yaml:2:1: a second document begins here, expected one"},
        {"a: b\n--- {}\n", "f.yaml:2:1: a second document begins here, expected one"},
        {"? [a]\n: b\n", "f.yaml:1:3: a key that is empty, a list or a map, expected a name"},
        {"? \n: b\n", "f.yaml:2:1: a key that is empty, a list or a map, expected a name"},
        {"'': b\n", "f.yaml:1:1: a key that is empty, a list or a map, expected a name"},
        {deep, "f.yaml:1:19: nested deeper than 16"},
        {"a: \"x\\0y\"\n", "f.yaml:1:4: a control character in 'x\\x00y'"},
        {"a: b\nc\x04: d\n", "f.yaml:2:2: the control character '\\x04'"},
        {"a: b\0\n"s, "f.yaml:1:5: the control character '\\x00'"},
        {"\xff\xfe"
         "a\0:\0"s,
         "f.yaml:1:4: the control character '\\x00'"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        const Error error = error_of([&] { return parse_yaml(c.text, "f.yaml"); });
        CHECK(error.kind() == ErrorKind::usage);
        CHECK(error.what() == c.message);
    }
}

TEST_CASE("what is no YAML is refused with yaml-cpp's reason and its place") {
    for (const std::string text : {"a: [b\n", "a: 'b\n", "a: b: c\n", "a: *x\n", "a:\n\t- b\n", "a: {b\n"}) {
        CAPTURE(text);
        const Error error = error_of([&] { return parse_yaml(text, "f.yaml"); });
        CHECK(error.kind() == ErrorKind::usage);
        CHECK_THAT(error.what(), Catch::StartsWith("f.yaml:"));
    }
    CHECK(message_of([] { return parse_yaml("a: &x b\nc: *x\n", "f"); }).starts_with("f:1:4: an anchor"));
    for (const std::string text : {"a: 'b\nc: d\n", "a: 'b\nc: d", "a: \"b\nc: [\n"}) {
        CAPTURE(text);
        CHECK(message_of([&] { return parse_yaml(text, "f"); }) ==
              "f:3:1: the file ends here and a quote is still open");
    }
    CHECK(message_of([] { return parse_yaml("a: %\n", "f"); }).starts_with("f:1:4: "));
}

TEST_CASE("a file larger than 1 MiB is refused before it is parsed") {
    const std::string large = "a: " + std::string(1U << 20U, 'b');
    CHECK(message_of([&] { return parse_yaml(large, "f"); }) == "f:1:1: larger than 1048576 bytes");
}

TEST_CASE("a value of another shape is refused with what was found and what was expected") {
    struct Case {
        std::string text;
        std::string message;
        void (*use)(const YamlValue&);
    };
    const auto text = [](const YamlValue& value) { static_cast<void>(value.text()); };
    const auto list = [](const YamlValue& value) { static_cast<void>(value.list()); };
    const auto map = [](const YamlValue& value) { static_cast<void>(value.map()); };
    const auto number = [](const YamlValue& value) { static_cast<void>(value.number(1, 64)); };
    const Case cases[] = {
        {"a: [b]\n", "f:1:4: found a list, expected a value", text},
        {"a:\n  b: c\n", "f:2:3: found a map, expected a value", text},
        {"a:\n\n\n", "f:1:1: found nothing, expected a value", text},
        {"a: ~\n", "f:1:1: found nothing, expected a value", text},
        {"a: null\n", "f:1:1: found nothing, expected a value", text},
        {"a: ''\n", "f:1:4: found '', expected a value", text},
        {"a: b\n", "f:1:4: found 'b', expected a list", list},
        {"a:\n", "f:1:1: found nothing, expected a list", list},
        {"a: b\n", "f:1:4: found 'b', expected a map", map},
        {"a: [b]\n", "f:1:4: found a list, expected a map", map},
        {"a: 0\n", "f:1:4: found '0', expected a whole number from 1 to 64", number},
        {"a: 65\n", "f:1:4: found '65', expected a whole number from 1 to 64", number},
        {"a: 1.0\n", "f:1:4: found '1.0', expected a whole number from 1 to 64", number},
        {"a: +1\n", "f:1:4: found '+1', expected a whole number from 1 to 64", number},
        {"a: 0x1\n", "f:1:4: found '0x1', expected a whole number from 1 to 64", number},
        {"a: ' 1'\n", "f:1:4: found ' 1', expected a whole number from 1 to 64", number},
        {"a: 99999999999999999999\n", "f:1:4: found '99999999999999999999', expected a whole number from 1 to 64",
         number},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        const YamlValue value = parse_yaml(c.text, "f").need("a");
        const Error error = error_of([&] {
            c.use(value);
            return 0;
        });
        CHECK(error.kind() == ErrorKind::usage);
        CHECK(error.what() == c.message);
    }
}

TEST_CASE("what a type refuses gets the value's place, and keeps its hint") {
    YamlMap map = parse_yaml("lifetime:\n  12 hours\n", "halfday.yaml");
    const Error error = error_of([&] { return map.need("lifetime").as(parse_duration); });
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(std::string(error.what()) == "halfday.yaml:2:3: '12 hours' is not a duration");
    CHECK_THAT(error.hint(), Catch::Contains("'12h'"));
}

TEST_CASE("a typo in a key never becomes a default") {
    YamlMap map = parse_yaml("push:\n  paralel: 16\n  timeout: 60s\n", "halfday.yaml").need("push").map();
    CHECK(map.find("parallel") == std::nullopt);
    CHECK(map.need("timeout").text() == "60s");
    const Error error = error_of([&] {
        map.finish();
        return 0;
    });
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(std::string(error.what()) == "halfday.yaml:2:3: unknown key 'paralel'");
    CHECK(error.hint() == "the keys known here are 'parallel', 'timeout'");
}

TEST_CASE("a parser that takes another key than its section has, or leaves one out, is found at once") {
    const YamlSection section{{{.name = "a", .meaning = "A"}, {.name = "b", .meaning = "B"}}};
    const auto read = [&](const std::vector<const char*>& keys) {
        YamlMap map = parse_yaml("a: x\n", "f");
        map.follow(section);
        for (const char* key : keys) static_cast<void>(map.find(key));
        map.finish();
    };
    CHECK_NOTHROW(read({"b", "a"}));
    CHECK_THROWS_AS(read({"a"}), std::logic_error);
    CHECK_THROWS_AS(read({"a", "b", "c"}), std::logic_error);
}

TEST_CASE("a key that is needed and missing is named, with the place of its map") {
    YamlMap map = parse_yaml("a: b\npush:\n  timeout: 60s\n", "halfday.yaml").need("push").map();
    CHECK(message_of([&] { return map.need("parallel"); }) == "halfday.yaml:3:3: the key 'parallel' is missing");
}
