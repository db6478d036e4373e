#include "ca/x509/serial.hpp"

#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;

TEST_CASE("a serial number is its instance and 15 bytes, and its hex reads back") {
    const Serial serial = Serial::make(127, std::string(14, '\xff') + '\x01');
    CHECK(serial.hex() == "7fffffffffffffffffffffffffffff01");
    CHECK(serial.bytes().size() == 16);
    CHECK(Serial::parse(serial.hex()) == serial);
    CHECK(Serial::parse("7FFFFFFFFFFFFFFFFFFFFFFFFFFFFF01") == serial);
}

TEST_CASE("serials of one time begin alike, and later ones are greater") {
    const Time at = parse_time("2026-11-25T12:00:00Z");
    const std::string high(11, '\xff');
    const std::string low(11, '\0');
    CHECK(Serial::make_at(1, at, high).hex() == "016b06cdc0ffffffffffffffffffffff");
    CHECK(Serial::make_at(1, at, high) < Serial::make_at(1, at + std::chrono::seconds{1}, low));
    CHECK(error_of([&] { return Serial::make_at(1, at, high + "x"); }).kind() == ErrorKind::usage);
}

TEST_CASE("a serial number is never zero, negative, short or long") {
    const std::string random(15, 'x');
    CHECK(error_of([&] { return Serial::make(0, random); }).kind() == ErrorKind::usage);
    CHECK(error_of([&] { return Serial::make(128, random); }).kind() == ErrorKind::usage);
    CHECK(error_of([&] { return Serial::make(1, random + "x"); }).kind() == ErrorKind::usage);
    CHECK(error_of([&] { return Serial::make(1, ""); }).kind() == ErrorKind::usage);
    const std::string cases[] = {
        "",
        "01",
        "00ffffffffffffffffffffffffffff01",
        "80ffffffffffffffffffffffffffff01",
        "01ffffffffffffffffffffffffffff0101",
        "01ffffffffffffffffffffffffffff0",
        "01fffffffffffffffffffffffffffg01",
    };
    for (const std::string& hex : cases) {
        CAPTURE(hex);
        CHECK(error_of([&] { return Serial::parse(hex); }).kind() == ErrorKind::corrupt);
    }
}
