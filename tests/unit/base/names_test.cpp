#include "ca/base/names.hpp"

#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::string_literals;

namespace {

std::string labels(std::size_t count, std::size_t length) {
    std::string name;
    for (std::size_t i = 0; i < count; ++i) {
        name += (i == 0 ? "" : ".") + std::string(length, 'a');
    }
    return name;
}

const std::string kLongest = labels(3, 63) + "." + std::string(61, 'b');  // 253

}  // namespace

TEST_CASE("a DNS name is kept in lower case and without a trailing dot") {
    struct Case {
        std::string text;
        std::string name;
    };
    const Case cases[] = {
        {"example.org", "example.org"},
        {"WWW.Example.ORG.", "www.example.org"},
        {"localhost", "localhost"},
        {"1.2.3.4.example", "1.2.3.4.example"},
        {"3com.example", "3com.example"},
        {"xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"a-b.c--d", "a-b.c--d"},
        {"*.example.org", "*.example.org"},
        {std::string(63, 'x') + ".org", std::string(63, 'x') + ".org"},
        {kLongest, kLongest},
        {kLongest + ".", kLongest},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(DnsName::parse(c.text).text() == c.name);
    }
}

TEST_CASE("a name in another script has where its A-labels come from as the hint, any other what a name is") {
    CHECK_THAT(error_of([] { return DnsName::parse("b\u00fccher.example"); }).hint(), Catch::Contains("idn2"));
    CHECK(error_of([] { return DnsName::parse("https://www.example.org/"); }).hint() ==
          "give the name alone, such as www.example.org");
}

TEST_CASE("what is not a DNS name is refused with the reason") {
    struct Case {
        std::string text;
        std::string reason;
    };
    const std::string characters =
        "only letters, digits, hyphens and dots may be in it; write other scripts as A-labels (xn--...)";
    const std::string wildcard = "a wildcard is the whole leftmost label";
    const Case cases[] = {
        {"", "it is empty"},
        {".", "it is empty"},
        {"a..b", "it has an empty label"},
        {".example.org", "it has an empty label"},
        {"example.org..", "it has an empty label"},
        {kLongest + "b", "it is longer than 253"},
        {std::string(64, 'x') + ".org", "a label is longer than 63"},
        {"-oProxyCommand=x", characters},
        {"-a.org", "a label begins or ends with a hyphen"},
        {"a-.org", "a label begins or ends with a hyphen"},
        {"../etc", "it has an empty label"},
        {"a/b", characters},
        {"a_b.org", characters},
        {"a b.org", characters},
        {"b\xc3\xbc"s + "cher.example", characters},
        {"a.org\n", characters},
        {"a\0.org"s, characters},
        {"127.0.0.1", "its last label is all digits, as in an IP address"},
        {"example.1", "its last label is all digits, as in an IP address"},
        {"::1", characters},
        {"*", wildcard},
        {"*.", wildcard},
        {"*.*.example.org", wildcard},
        {"www.*.example.org", wildcard},
        {"w*.example.org", wildcard},
        {"*w.example.org", wildcard},
        {"*.org", "a wildcard needs at least two labels after it"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        const Error error = error_of([&] { return DnsName::parse(c.text); });
        CHECK(error.kind() == ErrorKind::usage);
        CHECK_THAT(error.what(), Catch::EndsWith("is not a DNS name: " + c.reason));
    }
    CHECK(message_of([] { return DnsName::parse("a\n.org"); }) == "'a\\x0a.org' is not a DNS name: " + characters);
}

TEST_CASE("a name is within a domain when it is the domain or below it") {
    struct Case {
        std::string name;
        std::string domain;
        bool within;
    };
    const Case cases[] = {
        {"example.org", "example.org", true},
        {"www.example.org", "example.org", true},
        {"a.b.c.example.org", "example.org", true},
        {"EXAMPLE.ORG.", "example.org", true},
        {"badexample.org", "example.org", false},
        {"org", "example.org", false},
        {"example.org.evil.test", "example.org", false},
        {"example.com", "example.org", false},
        {"www.example.org", "org", true},
    };
    for (const Case& c : cases) {
        CAPTURE(c.name, c.domain);
        CHECK(DnsName::parse(c.name).within(DnsName::parse(c.domain)) == c.within);
    }
}

TEST_CASE("a wildcard is within a domain only when all it matches is") {
    struct Case {
        std::string name;
        std::string domain;
        bool within;
    };
    const Case cases[] = {
        {"*.example.org", "example.org", true},        {"*.www.example.org", "example.org", true},
        {"*.example.org", "www.example.org", false},  // a.example.org isn't
        {"*.badexample.org", "example.org", false},    {"*.example.org", "*.example.org", true},
        {"www.example.org", "*.example.org", false},  // a subtree is not a wildcard
        {"*.www.example.org", "*.example.org", false},
    };
    for (const Case& c : cases) {
        CAPTURE(c.name, c.domain);
        CHECK(DnsName::parse(c.name).within(DnsName::parse(c.domain)) == c.within);
    }
}

TEST_CASE("names that differ in case only are equal") {
    CHECK(DnsName::parse("A.example.org") == DnsName::parse("a.Example.org."));
    CHECK(DnsName::parse("a.example.org") < DnsName::parse("b.example.org"));
}

TEST_CASE("a host's name can be neither a wildcard, nor an option, nor a path") {
    CHECK(HostName::parse("Web1.example.org").text() == "web1.example.org");
    for (const std::string text :
         {"*.example.org", "-oProxyCommand=id", "--", "a/b", "..", ".", "user@web1", "web1:22", ""}) {
        CAPTURE(text);
        CHECK(error_of([&] { return HostName::parse(text); }).kind() == ErrorKind::usage);
    }
    CHECK(message_of([] { return HostName::parse("*.example.org"); }) ==
          "'*.example.org' is not a host name: it is a wildcard");
}

TEST_CASE("an entry's name is fit for a file name") {
    for (const std::string& text : {"www"s, "0"s, "a_b-c"s, "9lives"s, std::string(64, 'a')}) {
        CHECK(EntryName::parse(text).text() == text);
    }
    for (const std::string& text :
         {""s, "WWW"s, "-a"s, "_a"s, "a.b"s, "."s, ".."s, "a/b"s, "a b"s, "a\0"s, "\xc3\xa9"s, std::string(65, 'a')}) {
        CAPTURE(text);
        CHECK(error_of([&] { return EntryName::parse(text); }).kind() == ErrorKind::usage);
    }
}
