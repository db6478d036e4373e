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
