#include "ca/issuer/explain.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/x509/certificates.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

const PrivateKey& identity() {
    static const PrivateKey kKey = new_key("Ed25519");
    return kKey;
}

Host host_of(const std::string& policy) {
    return parse_host(
        "host: web1.example.org\nreach: ssh://r@web1.example.org\nidentity: " + identity_text(identity().public_key()) +
            "\ncertificates:\n  www: {names: [www.example.org]}\n  bad: {names: [www.exmaple.org]}\n" + policy,
        HostName::parse("web1.example.org"), "hosts.d/web1.example.org.yaml");
}

const NameConstraints kPermitted{{dns("example.org")}, {IpRange::parse("192.0.2.0/24")}};
const Authority kAuthority{kPermitted, {kNow - 1h, kNow + 24h}, kPermitted};

}  // namespace

TEST_CASE("each value of a host's policy is shown with who said it") {
    const Settings settings = parse_settings("certificates:\n  lifetime: 8h\n  backdate: 10m\n", "halfday.yaml");
    const Host host = host_of("policy:\n  lifetime: 6h\n  wildcards: refused\n  addresses: [192.0.2.0/25]\n");
    const PolicyPage page = explain_policy(settings, host, kAuthority);
    std::vector<std::string> lines;
    for (const PolicyLine& line : page.lines) {
        lines.push_back(line.what + " | " + line.value + " | " + line.source);
    }
    CHECK(lines == std::vector<std::string>{
                       "lifetime | 6h | hosts.d/web1.example.org.yaml:8",
                       "lifetime at most | 1d | halfday",
                       "renew_after | 4h | default",
                       "backdate | 10m | halfday.yaml:3",
                       "max_per_hour | 4 | default",
                       "keys | P-256, P-384 | default",
                       "purpose | server | default",
                       "wildcards | refused | hosts.d/web1.example.org.yaml:9",
                       "domains | any | default",
                       "addresses | 192.0.2.0/25 | hosts.d/web1.example.org.yaml:10",
                       "permitted | example.org, 192.0.2.0/24 | the intermediate",
                       "purpose | server | the intermediate",
                       "valid until | 2026-11-25T12:00:00Z | the intermediate",
                       "permitted | example.org, 192.0.2.0/24 | the root",
                   });
}

TEST_CASE("while a newer profile is on its way, the page says which one is the host's and what the newer changes") {
    const Settings settings =
        parse_settings("certificates: {lifetime: 8h, keys: [P-384], renew_after: 5h}", "halfday.yaml");
    const Host host = host_of("policy: {keys: [P-256]}\n");
    const auto lines_of = [&](const ComingProfile& coming) {
        std::vector<std::string> lines;
        for (const PolicyLine& line : explain_policy(settings, host, kAuthority, coming).lines) {
            if (line.what == "profile" || line.what == "lifetime" || line.what == "keys" ||
                line.what == "renew_after") {
                lines.push_back(line.what + " | " + line.value + " | " + line.source);
            }
        }
        return lines;
    };
    const std::vector<std::string> before{
        "profile | the one before, until wave 2 of 3 | the rollout", "lifetime | 12h | the profile before",
        "lifetime | 8h | halfday.yaml:1, the new profile", "renew_after | 5h | halfday.yaml:1",
        "keys | P-256 | hosts.d/web1.example.org.yaml:7"};
    ComingProfile coming{.before = {}, .by_before = true, .wave = 2, .waves = 3, .has_stopped = false};
    CHECK(lines_of(coming) == before);
    coming.has_stopped = true;
    CHECK(lines_of(coming).front() == "profile | the one before, until the rollout is resumed | the rollout");
    coming = {.before = {}, .by_before = false, .wave = 2, .waves = 3, .has_stopped = false};
    CHECK(lines_of(coming) == std::vector<std::string>{"profile | the new one, in wave 2 of 3 | the rollout",
                                                       "lifetime | 8h | halfday.yaml:1",
                                                       "renew_after | 5h | halfday.yaml:1",
                                                       "keys | P-256 | hosts.d/web1.example.org.yaml:7"});
}

TEST_CASE("a page says of each certificate whether its names would be signed") {
    const PolicyPage page = explain_policy({}, host_of("policy: {lifetime: 5h}"), kAuthority);
    REQUIRE(page.entries.size() == 2);
    CHECK(page.entries[0].refusal.reasons.size() == 1);  // 5 h do not go with 4 h
    CHECK(page.entries[1].refusal.reasons.front() ==
          "the root permits example.org, 192.0.2.0/24, not 'www.exmaple.org'; 'www.example.org' would pass");
    CHECK(explain_policy({}, host_of(""), kAuthority).entries[0].refusal.reasons.empty());
}
