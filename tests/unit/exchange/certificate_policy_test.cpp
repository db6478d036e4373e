#include "ca/exchange/certificate_policy.hpp"

#include <catch2/catch.hpp>

#include "refused.hpp"

using namespace halfday;
using namespace std::chrono_literals;
using halfday::test::refused;

namespace {

PolicyChange read(const std::string& yaml) {
    YamlMap map = parse_yaml(yaml, "host.yaml");
    PolicyChange change = read_policy_change(map);
    map.finish();
    return change;
}

std::string fault(const std::string& yaml) {
    return refused(ErrorKind::usage, [&] { static_cast<void>(read(yaml)); });
}

}  // namespace

TEST_CASE("a policy's change is what its file says, and where") {
    const PolicyChange change = read(
        "lifetime: 24h\nkeys: [Ed25519, RSA-3072]\nwildcards: refused\ndomains: [example.org]\n"
        "addresses: [192.0.2.0/24, 2001:db8::/32, 192.0.3.1]");
    const CertificatePolicy policy = changed({}, change);
    CHECK(policy.lifetime.value() == 24h);
    CHECK(policy.renew_after == 4h);
    CHECK(policy.backdate == 30min);
    CHECK(policy.max_per_hour == 4);
    CHECK(policy.keys == std::vector<std::string>{"Ed25519", "RSA-3072"});
    CHECK(policy.wildcards == Wildcards::refused);
    CHECK(policy.domains == std::vector{DnsName::parse("example.org")});
    CHECK(policy.addresses ==
          std::vector{IpRange::parse("192.0.2.0/24"), IpRange::parse("2001:db8::/32"), IpRange::parse("192.0.3.1/32")});
    CHECK(change.places.at("keys") == "host.yaml:2");
    CHECK(change.places.count("backdate") == 0);
}

TEST_CASE("what is written of a policy is read again as it was") {
    for (const std::string yaml :
         {"lifetime: 6h, renew_after: 2h, backdate: 10m, max_per_hour: 9, keys: [P-256, P-384], wildcards: refused, "
          "domains: [example.org, example.net], addresses: [\"192.0.2.0/24\", \"::/0\"]",
          "wildcards: allowed", ""}) {
        CAPTURE(yaml);
        CHECK(to_yaml(read("{" + yaml + "}")) == yaml);
    }
}

TEST_CASE("a policy that says what can't be is refused with its place") {
    struct Case {
        std::string yaml;
        std::string message;
    };
    const Case cases[] = {
        {"lifetimes: 3h", "1:1: unknown key 'lifetimes'"},
        {"lifetime: 25h", "1:11: a certificate's lifetime of '25h' is not between '1m' and '1d'"},
        {"wildcards: yes", "1:12: expected 'allowed' or 'refused'"},
        {"keys: []", "1:7: found no key algorithm, expected at least one"},
        {"keys: P-256", "1:7: found 'P-256', expected a list"},
        {"domains: []", "1:10: found no domain, expected at least one"},
        {"domains: ['*.example.org']", "1:11: a domain permits all below it without a wildcard"},
        {"addresses: []", "1:12: found no range of IP addresses, expected at least one"},
        {"addresses: [192.0.2.7/24]",
         "1:13: '192.0.2.7/24' is not a range of IP addresses: bits after the prefix are set"},
        {"max_per_hour: 0", "1:15: found '0', expected a whole number from 1 to 1000"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.yaml);
        CHECK(fault(each.yaml) == "host.yaml:" + each.message);
    }
    CHECK(fault("keys: [RSA-1024]").starts_with("host.yaml:1:8: "));
}
