#include "ca/base/a_label.hpp"

#include "ca/base/names.hpp"
#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;

TEST_CASE("a name in another script has the A-labels that everybody else makes of it") {
    struct Case {
        const char* name;
        const char* a_labels;
    };
    const Case cases[] = {
        {"example.org", "example.org"},
        {"b\u00fccher.example", "xn--bcher-kva.example"},
        {"B\u00dcCHER.Example", "xn--bcher-kva.example"},
        {"www.m\u00fcnchen.example", "www.xn--mnchen-3ya.example"},
        {"stra\u00dfe.example", "xn--strae-oqa.example"},
        {"\u4f8b\u3048.\u30c6\u30b9\u30c8", "xn--r8jz45g.xn--zckzah"},
        {"\u0440\u043e\u0441\u0441\u0438\u044f.\u0440\u0444", "xn--h1alffa9f.xn--p1ai"},
        {"\u03b5\u03bb", "xn--qxam"},
        {"3\u5e74b\u7d44\u91d1\u516b\u5148\u751f", "xn--3b-ww4c5e180e575a65lsy2b"},  // RFC 3492 7.1 (L)
    };
    for (const Case& each : cases) {
        CAPTURE(each.name);
        CHECK(a_labels(each.name) == std::optional<std::string>(each.a_labels));
    }
    for (const char* other :
         {"b\xfc"
          "cher",
          "\xc3", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xc0\xaf", "a b", "\u2603", "bu\u0308cher", "a_b"}) {
        CAPTURE(other);
        CHECK(a_labels(other) == std::nullopt);
    }
}

TEST_CASE("a name in another script is refused with its A-labels as the hint") {
    CHECK(error_of([] { return DnsName::parse("www.B\u00fccher.example."); }).hint() ==
          "write it as 'www.xn--bcher-kva.example'");
    CHECK(error_of([] { return HostName::parse("b\u00fccher.example"); }).hint() ==
          "write it as 'xn--bcher-kva.example'");
    CHECK(error_of([] { return DnsName::parse("*.b\u00fccher.example"); }).hint() ==
          "write it as '*.xn--bcher-kva.example'");
    for (const char* without : {"b\xfc"
                                "cher.example",
                                "a_b.example", "b\u00fccher..example", "\u2603.example"}) {
        CAPTURE(without);
        CHECK(error_of([&] { return DnsName::parse(without); }).hint().empty());
    }
}
