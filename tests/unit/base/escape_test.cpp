#include "ca/base/escape.hpp"

#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::string_literals;

TEST_CASE("foreign bytes reach a terminal as printable ASCII only, and can be told apart") {
    struct Case {
        std::string bytes;
        std::string shown;
    };
    const Case cases[] = {
        {"", ""},
        {"plain text ~", "plain text ~"},
        {"a\\x00", "a\\\\x00"},
        {"a\0b"s, "a\\x00b"},
        {"\x1b[31mred\n", "\\x1b[31mred\\x0a"},
        {"\x7f\xff", "\\x7f\\xff"},
        {"\xc3\xa9", "\\xc3\\xa9"},
    };
    for (const Case& c : cases) {
        CHECK(printable(c.bytes) == c.shown);
    }
}

TEST_CASE("what is too long is cut and says so") {
    CHECK(printable("abcd", 4) == "abcd");
    CHECK(printable("abcde", 4) == "abcd...");
    CHECK(printable("\n\n\n", 2) == "\\x0a\\x0a...");
    CHECK(printable(std::string(201, 'a')) == std::string(200, 'a') + "...");
}

TEST_CASE("hexadecimal digits give back every byte") {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all += static_cast<char>(byte);
    }
    CHECK(from_hex(to_hex(all)) == all);
    CHECK(to_hex("\x00\x0f\xf0\xff"s) == "000ff0ff");
    CHECK(from_hex("aAfF") == "\xaa\xff");
    CHECK(from_hex("").empty());
}

TEST_CASE("what is not hexadecimal is corrupt") {
    for (const std::string digits : {"0", "0g", "g0", "0x", " 0", "a\0"}) {
        CAPTURE(digits);
        CHECK(error_of([&] { return from_hex(digits); }).kind() == ErrorKind::corrupt);
    }
    const std::string_view odd{"abcd", 3};
    CHECK(error_of([&] { return from_hex(odd); }).kind() == ErrorKind::corrupt);
}

TEST_CASE("a line of ours keeps its letters, and nothing in it moves a cursor or turns the letters around") {
    struct Row {
        std::string line;
        std::string shown;
    };
    for (const Row& row : {
             Row{"", ""},
             Row{"cannot read 'a\\b': no", "cannot read 'a\\b': no"},
             Row{"sudo halfday …, J\u00fcrgen, \u65e5\u672c, \U0001f511",
                 "sudo halfday …, J\u00fcrgen, \u65e5\u672c, \U0001f511"},
             Row{"a\x1b[2Jb\n\r\x7f", "a\\x1b[2Jb\\x0a\\x0d\\x7f"},
             Row{"\u009b2J", "\\xc2\\x9b2J"},
             Row{"\x9b", "\\x9b"},
             Row{"a\u202eb\u2066", "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6"},
             Row{"\xc3", "\\xc3"},
             Row{"\xe2\x80", "\\xe2\\x80"},
             Row{"\xc0\xaf", "\\xc0\\xaf"},
             Row{"\xff", "\\xff"},
             Row{std::string("a\0b", 3), "a\\x00b"},
         }) {
        CAPTURE(row.line);
        CHECK(without_controls(row.line) == row.shown);
    }
}
