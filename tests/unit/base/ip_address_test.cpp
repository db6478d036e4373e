#include "ca/base/ip_address.hpp"

#include <catch2/catch.hpp>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/general_name.hpp"
#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;

TEST_CASE("an IP address has one text and its bytes in network order") {
    struct Case {
        const char* written;
        const char* text;
        const char* hex;
    };
    const Case cases[] = {
        {"192.0.2.7", "192.0.2.7", "c0000207"},
        {"0.0.0.0", "0.0.0.0", "00000000"},
        {"255.255.255.255", "255.255.255.255", "ffffffff"},
        // RFC 5952 4: no leading zeros, lower case, the longest and first run of zeros short, one zero never.
        {"2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1", "20010db8000000000000000000000001"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "20010db8000000010001000100010001"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1", "20010000000000010000000000000001"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "20010db8000000000001000000000001"},
        {"::", "::", "00000000000000000000000000000000"},
        {"::1", "::1", "00000000000000000000000000000001"},
        {"64:ff9b::192.0.2.7", "64:ff9b::c000:207", "0064ff9b0000000000000000c0000207"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.written);
        const IpAddress address = IpAddress::parse(each.written);
        CHECK(address.text() == each.text);
        CHECK(to_hex(address.bytes()) == each.hex);
        CHECK(IpAddress::parse(each.text) == address);
        CHECK(IpAddress::from_bytes(address.bytes()) == address);
        CHECK(GeneralName::parse(each.written) == GeneralName(address));
    }
}

TEST_CASE("what is no IP address is refused") {
    for (const std::string_view text : std::initializer_list<std::string_view>{
             "", "192.0.2", "192.0.2.7.", "192.0.2.256", "192.0.2.07", "0x7f.0.0.1", "192.0.2.7 ", " 192.0.2.7",
             "192.0.2.0/24", "[::1]", "fe80::1%eth0", ":::", "1::2::3", "2001:db8", "12345::", "localhost",
             std::string_view("192.0.2.7\0", 10)}) {
        CAPTURE(text);
        CHECK(error_of([&] { return IpAddress::parse(text); }).kind() == ErrorKind::usage);
    }
    CHECK(error_of([&] { return IpAddress::parse("::ffff:192.0.2.7"); }).hint() == "write it as 192.0.2.7");
    for (const std::string& bytes : {std::string(), std::string(3, '1'), std::string(5, '1'), std::string(15, '1'),
                                     std::string(10, '\0') + "\xff\xff" + "abcd"}) {
        CHECK_FALSE(IpAddress::from_bytes(bytes));
    }
}

TEST_CASE("a name is an IP address when it looks like one, and else a DNS name") {
    CHECK(GeneralName::parse("WWW.Example.org.").text() == "www.example.org");
    CHECK(GeneralName::parse("WWW.Example.org").ip() == nullptr);
    CHECK(GeneralName::parse("192.0.2.7").dns() == nullptr);
    CHECK(GeneralName::parse("1.2.3.example").dns() != nullptr);
    for (const char* text : {"10.0.0.256", "1", "a.1", "host:443", "192.0.2.7.", "192.0.2.0/24", ""}) {
        CAPTURE(text);
        CHECK(error_of([&] { return GeneralName::parse(text); }).kind() == ErrorKind::usage);
    }
}

TEST_CASE("a range is an address and how many of its bits count") {
    struct Case {
        const char* written;
        const char* text;
        const char* hex;
    };
    const Case cases[] = {
        {"192.0.2.0/24", "192.0.2.0/24", "c0000200ffffff00"},
        {"10.0.0.0/7", "10.0.0.0/7", "0a000000fe000000"},
        {"192.0.2.7", "192.0.2.7/32", "c0000207ffffffff"},
        {"0.0.0.0/0", "0.0.0.0/0", "0000000000000000"},
        {"2001:DB8::/32", "2001:db8::/32", "20010db8000000000000000000000000ffffffff000000000000000000000000"},
        {"::1", "::1/128", "00000000000000000000000000000001ffffffffffffffffffffffffffffffff"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.written);
        const IpRange range = IpRange::parse(each.written);
        CHECK(range.text() == each.text);
        CHECK(to_hex(range.bytes()) == each.hex);
        CHECK(IpRange::from_bytes(range.bytes()) == range);
        CHECK(IpRange::parse(each.text) == range);
    }
    CHECK(error_of([&] { return IpRange::parse("192.0.2.7/24"); }).hint() ==
          "write 192.0.2.0/24, or 192.0.2.7 for the one address");
    for (const char* text : {"", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/024", "192.0.2.0/+8",
                             "192.0.2.0/24/24", "192.0.2.0/255.255.255.0", "2001:db8::/129", "example.org/24"}) {
        CAPTURE(text);
        CHECK(error_of([&] { return IpRange::parse(text); }).kind() == ErrorKind::usage);
    }
    for (const char* hex : {"", "c0000200", "c0000200ffffff", "c0000200ff00ff00", "c0000207ffffff00",
                            "c0000200ffffff0000", "000000000000000000000000"}) {
        CAPTURE(hex);
        CHECK_FALSE(IpRange::from_bytes(from_hex(hex)));
    }
}

TEST_CASE("a range contains what begins with its bits, of its own kind") {
    struct Case {
        const char* range;
        const char* other;
        bool contains;
    };
    const Case cases[] = {
        {"192.0.2.0/24", "192.0.2.0", true},
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.0/24", "192.0.2.128/25", true},
        {"192.0.2.0/24", "192.0.2.0/24", true},
        {"192.0.2.0/24", "192.0.2.0/23", false},
        {"192.0.2.0/24", "::/0", false},
        {"0.0.0.0/0", "255.255.255.255", true},
        {"0.0.0.0/0", "::1", false},
        {"::/0", "192.0.2.7", false},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"2001:db8::/33", "2001:db8:7fff::/48", true},
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.6", false},
    };
    for (const Case& each : cases) {
        CAPTURE(each.range, each.other);
        CHECK(IpRange::parse(each.range).contains(IpRange::parse(each.other)) == each.contains);
    }
    CHECK(IpRange::parse("192.0.2.0/24").contains(IpAddress::parse("192.0.2.9")));
    CHECK(IpRange::parse("192.0.2.0/24").common_bits(IpAddress::parse("192.0.3.9")) == 23);
    CHECK_FALSE(IpRange::parse("192.0.2.0/24").common_bits(IpAddress::parse("::")));
}
