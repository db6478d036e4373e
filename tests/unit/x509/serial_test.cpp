#include "ca/x509/serial.hpp"

#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;

TEST_CASE("a serial number is its instance and 120 random bits, and its hex reads back") {
    const Serial serial = Serial::make(127, std::string(14, '\xff') + '\x01');
    CHECK(serial.hex() == "7fffffffffffffffffffffffffffff01");
    CHECK(serial.bytes().size() == 16);
    CHECK(Serial::parse(serial.hex()) == serial);
    CHECK(Serial::parse("7FFFFFFFFFFFFFFFFFFFFFFFFFFFFF01") == serial);
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
