#include "ca/issuer/nearest_name.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/x509/certificates.hpp"

using namespace halfday;
using namespace halfday::test;

TEST_CASE("the nearest name is the same name in the domain that is spelt almost so") {
    struct Row {
        const char* name;
        const char* nearest;  // "" for none
    };
    const Row rows[] = {
        {"www.exmaple.org", "www.example.org"},
        {"exmaple.org", "example.org"},
        {"a.b.exampl.org", "a.b.example.org"},
        {"*.example.og", "*.example.org"},
        {"www.exampel.net", "www.example.net"},
        {"www.shop.exampel.net", "www.shop.example.net"},
        {"www.example.com", ""},  // three letters away from both
        {"www.elsewhere.com", ""},
        {"org", ""},
    };
    const std::vector<DnsName> domains{dns("example.org"), dns("example.net"), dns("a.longer.example.info")};
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const auto nearest = nearest_name(dns(row.name), domains);
        CHECK((nearest ? nearest->text() : "") == row.nearest);
    }
    CHECK_FALSE(nearest_name(dns("exmaple.org"), {}));
}

TEST_CASE("the nearest that is permitted is a name as it is spelt, or the range that has most bits in common") {
    NameConstraints permitted{{dns("example.org")},
                              {IpRange::parse("10.0.0.0/8"), IpRange::parse("192.0.2.0/24"), IpRange::parse("::1")}};
    const auto nearest = [&](const char* name) { return nearest_permitted(GeneralName::parse(name), permitted); };
    CHECK(nearest("www.exmaple.org") == "'www.example.org'");
    CHECK(nearest("www.elsewhere.com").empty());
    CHECK(nearest("192.0.3.7") == "an address in 192.0.2.0/24");
    CHECK(nearest("11.0.0.1") == "an address in 10.0.0.0/8");
    CHECK(nearest("2001:db8::1") == "an address in ::1/128");
    permitted.permitted_ip.pop_back();
    CHECK(nearest("2001:db8::1") == "a DNS name in example.org");
    permitted.permitted_dns.clear();
    CHECK(nearest("2001:db8::1").empty());
}
