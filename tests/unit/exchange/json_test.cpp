#include "ca/exchange/json.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "refused.hpp"

using namespace halfday;
using halfday::test::refused;

namespace {

constexpr JsonLimits kLimits{1000, 100};

std::string nested(int depth) {
    std::string text = R"({"a":)";
    for (int i = 1; i < depth; ++i) {
        text += '[';
    }
    for (int i = 1; i < depth; ++i) {
        text += ']';
    }
    return text + "}";
}

std::string refused_document(const std::string& json) {
    return refused(ErrorKind::corrupt, [&] { static_cast<void>(parse_json(json, kLimits)); });
}

}  // namespace

TEST_CASE("what is not one plain JSON object is refused") {
    struct Case {
        std::string json;
        std::string reason;
    };
    std::string members = "{";
    for (int i = 0; i < 65; ++i) {
        members += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":1";
    }
    const Case cases[] = {
        {"", "it is not JSON (byte 1)"},
        {"{", "it is not JSON (byte 2)"},
        {"[]", "it is not a JSON object"},
        {"1", "it is not a JSON object"},
        {"{} x", "it is not JSON (byte 4)"},
        {"{}{}", "it is not JSON (byte 3)"},
        {R"({"a":1,})", "it is not JSON (byte 8)"},
        {R"({"a":1,"a":1})", "the member 'a' is there twice"},
        {R"({"a":1,"\u0061":1})", "the member 'a' is there twice"},
        {R"({"x":{"\u001b":1,"\u001b":2}})", "the member '\\x1b' is there twice"},
        {"{\"a\":\"\xff\"}", "it is not JSON (byte 7)"},
        {R"({"a":"\ud800"})", "it is not JSON (byte 13)"},
        {std::string("{}\0", 3), "it is not JSON (byte 3)"},
        {std::string("{}\0{}", 5), "it is not JSON (byte 3)"},
        {std::string("{\"a\":\"\0\"}", 9), "it is not JSON (byte 7)"},
        {R"({"a":01})", "it is not JSON (byte 7)"},
        {R"({"a":NaN})", "it is not JSON (byte 6)"},
        {"{/**/}", "it is not JSON (byte 2)"},
        {nested(9), "it is nested deeper than 8"},
        {std::string(1001, ' '), "it is larger than 1000 bytes"},
        {members + "}", "an object has more than 64 members"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.json);
        CHECK(refused_document(each.json) == each.reason);
    }
    CHECK(refused_document(nested(8)).empty());
    CHECK(refused_document("{}").empty());
}

TEST_CASE("a document has a limit of values, however small they are") {
    std::string json = R"({"a":[1)";
    for (int i = 0; i < 97; ++i) {
        json += ",1";
    }
    CHECK(refused_document(json + "]}").empty());  // the object, the list and 98 numbers
    CHECK(refused_document(json + ",1]}") == "it has too many values");
}

TEST_CASE("a member is taken by its name and exact type") {
    JsonObject object =
        parse_json(R"({"text":"a\u0000b","number":-9007199254740991,"date":0,"list":[{"x":1},{"x":"1"}]})", kLimits);
    CHECK(object.text("text") == std::string("a\0b", 3));
    CHECK(object.number("number") == -9007199254740991);
    CHECK(object.numeric_date("date") == Time{});
    CHECK_FALSE(object.find_text("none"));
    CHECK_FALSE(object.find_number("none"));
    CHECK_FALSE(object.find_numeric_date("none"));
    std::vector<JsonObject> list = object.objects("list");
    REQUIRE(list.size() == 2);
    CHECK(list[0].number("x") == 1);
    CHECK(refused(ErrorKind::corrupt, [&] { static_cast<void>(list[1].number("x")); }) ==
          "'list[1].x': it is not a whole number");
    object.finish();
}

TEST_CASE("a member that is missing or of another type is refused by its place") {
    const std::string json =
        R"({"null":null,"true":true,"float":1.0,"big":9007199254740992,"small":-9007199254740992,"huge":1e999,
            "text":"1","list":[1],"object":{},"negative":-1,"late":253402300800})";
    struct Case {
        std::string key;
        std::string reason;
    };
    const Case numbers[] = {
        {"null", "not a whole number"}, {"true", "not a whole number"},   {"float", "not a whole number"},
        {"big", "not a whole number"},  {"small", "not a whole number"},  {"text", "not a whole number"},
        {"list", "not a whole number"}, {"object", "not a whole number"}, {"none", "missing"}};
    const std::string json_without_huge = std::string(json).replace(json.find("1e999"), 5, "1e9");
    for (const Case& each : numbers) {
        CAPTURE(each.key);
        JsonObject object = parse_json(json_without_huge, kLimits);
        CHECK(refused(ErrorKind::corrupt, [&] { static_cast<void>(object.number(each.key)); }) ==
              "'" + each.key + "': it is " + each.reason);
    }
    JsonObject object = parse_json(json_without_huge, kLimits);
    const auto fault = [&](auto take) { return refused(ErrorKind::corrupt, [&] { static_cast<void>(take()); }); };
    CHECK(fault([&] { return object.text("null"); }) == "'null': it is not a text");
    CHECK(fault([&] { return object.text("negative"); }) == "'negative': it is not a text");
    CHECK(fault([&] { return object.text("none"); }) == "'none': it is missing");
    CHECK(fault([&] { return object.objects("object"); }) == "'object': it is not a list");
    CHECK(fault([&] { return object.objects("list"); }) == "'list': it has something else than objects in it");
    CHECK(fault([&] { return object.objects("none"); }) == "'none': it is missing");
    CHECK(fault([&] { return object.numeric_date("negative"); }) == "'negative': it is not a time");
    CHECK(fault([&] { return object.numeric_date("late"); }) == "'late': it is not a time");
    CHECK(fault([&] { return object.bounded("text", 0); }) == "'text': it is longer than 0 bytes");
    CHECK(refused_document(json) == "it is not JSON (byte 98)");
}

TEST_CASE("a member that nobody took is refused") {
    JsonObject object = parse_json("{\"a\":1,\"b\\n\":1}", kLimits);
    CHECK(object.number("a") == 1);
    CHECK(refused(ErrorKind::corrupt, [&] { object.finish(); }) == "'b\\x0a': it does not belong here");
}

TEST_CASE("what is written is read as it was, but for bytes that are no UTF-8") {
    const std::string json = JsonWriter()
                                 .text("a", "\"\\\n\x1b\xc3\xa9")
                                 .text("bad", "x\xff\xc3y")
                                 .number("n", -5)
                                 .numeric_date("t", Time{Seconds{7}})
                                 .numeric_date("none", std::nullopt)
                                 .objects("empty", {})
                                 .objects("two", {JsonWriter().number("x", 1), JsonWriter()})
                                 .finish();
    CHECK(json ==
          "{\"a\":\"\\\"\\\\\\n\\u001b\xc3\xa9\",\"bad\":\"xy\",\"n\":-5,\"t\":7,\"empty\":[],\"two\":[{\"x\":1},{}]}");
    JsonObject object = parse_json(json, kLimits);
    CHECK(object.text("a") == "\"\\\n\x1b\xc3\xa9");
    CHECK(object.objects("two").size() == 2);
    CHECK_FALSE(object.find_number("none"));
}
