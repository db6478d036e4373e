#include "ca/issuer/policy.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "ca/base/error.hpp"
#include "tests/unit/x509/certificates.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

const PublicKey& identity() {
    static const PrivateKey kKey = new_key("Ed25519");
    return kKey.public_key();
}
const PublicKey& server_key() {
    static const PrivateKey kKey = new_key();
    return kKey.public_key();
}

/// Everything that may_sign looks at; as it is, it may.
struct Question {
    Asked asked{HostName::parse("web1.example.org"), EntryName::parse("www"), server_key()};
    std::vector<GeneralName> names{dns("www.example.org"), dns("example.org")};
    CertificatePolicy settings;
    PolicyChange of_host;
    Authority authority{{{dns("example.org"), dns("example.net")}}, {kNow - 24h, kNow + 24h * 30}};

    [[nodiscard]] Decision<Permitted> answer() const {
        const Inventory inventory{{{HostName::parse("web1.example.org"),
                                    parse_reach("ssh://halfday-receiver@web1.example.org"),
                                    identity(),
                                    {{EntryName::parse("www"), names}},
                                    std::make_shared<PolicyChange>(of_host)}}};
        return may_sign(asked, inventory, settings, authority, kNow);
    }
};

std::vector<std::string> reasons_of(const Question& question) {
    const auto decision = question.answer();
    const auto* refusal = std::get_if<Refusal>(&decision);
    return refusal == nullptr ? std::vector<std::string>{} : refusal->reasons;
}

}  // namespace

TEST_CASE("what is signed is the inventory's names, for the settings' lifetime") {
    const auto permitted = std::get<Permitted>(Question{}.answer());
    CHECK(permitted.profile.names == std::vector<GeneralName>{dns("www.example.org"), dns("example.org")});
    CHECK(permitted.profile.validity == Validity{kNow - 30min, kNow + 11h + 30min - 1s});
    CHECK_FALSE(permitted.cut_by_intermediate);
}

TEST_CASE("a request is refused with every reason against it") {
    struct Row {
        const char* what;
        std::function<void(Question&)> spoil;
        std::vector<std::string> reasons;
    };
    const std::string intermediate = "the intermediate permits example.org, example.net, not ";
    const Row rows[] = {
        {"nothing", [](Question&) {}, {}},
        {"another host",
         [](Question& q) { q.asked.host = HostName::parse("web2.example.org"); },
         {"there is no host 'web2.example.org' in the inventory"}},
        {"another entry",
         [](Question& q) { q.asked.entry = EntryName::parse("mail"); },
         {"the host has no certificate 'mail' in the inventory"}},
        {"the host's identity",
         [](Question& q) {
             q.asked.key = identity();
             q.settings.keys = {"Ed25519"};
         },
         {"the key to be certified is the host's identity key, which only signs messages"}},
        {"a misspelt name",
         [](Question& q) { q.names = {dns("www.exmaple.org")}; },
         {intermediate + "'www.exmaple.org'; 'www.example.org' would pass"}},
        {"an address where the intermediate permits none",
         [](Question& q) { q.names = {IpAddress::parse("192.0.2.7")}; },
         {intermediate + "'192.0.2.7'; a DNS name in example.org would pass"}},
        {"an address outside the intermediate's",
         [](Question& q) {
             q.names = {IpAddress::parse("192.0.3.7"), IpAddress::parse("2001:db8::1")};
             q.authority.constraints = {{dns("example.org")},
                                        {IpRange::parse("10.0.0.0/8"), IpRange::parse("192.0.2.0/24")}};
         },
         {"the intermediate permits example.org, 10.0.0.0/8, 192.0.2.0/24, not '192.0.3.7'; an address in 192.0.2.0/24 "
          "would pass",
          "the intermediate permits example.org, 10.0.0.0/8, 192.0.2.0/24, not '2001:db8::1'; a DNS name in "
          "example.org "
          "would pass"}},
        {"an address that the root does not permit",
         [](Question& q) {
             q.names = {IpAddress::parse("192.0.2.7")};
             q.authority.constraints.permitted_ip = {IpRange::parse("192.0.2.0/24")};
             q.authority.root = NameConstraints{{dns("example.org")}, {IpRange::parse("192.0.2.0/30")}};
         },
         {"the root permits example.org, 192.0.2.0/30, not '192.0.2.7'; an address in 192.0.2.0/30 would pass"}},
        {"an address outside the policy's",
         [](Question& q) {
             q.names = {IpAddress::parse("192.0.2.7"), dns("example.net")};
             q.authority.constraints.permitted_ip = {IpRange::parse("192.0.2.0/24")};
             q.of_host.addresses = {{IpRange::parse("192.0.2.128/25")}};
         },
         {"policy of web1.example.org permits 192.0.2.128/25, not '192.0.2.7'; an address in 192.0.2.128/25 would "
          "pass"}},
        {"an address that all permit, and domains that say nothing of it",
         [](Question& q) {
             q.names = {IpAddress::parse("192.0.2.7")};
             q.authority.constraints.permitted_ip = {IpRange::parse("192.0.2.0/24")};
             q.of_host.domains = {{dns("example.org")}};
             q.of_host.addresses = {{IpRange::parse("192.0.2.7")}};
         },
         {}},
        {"a name outside the root too",
         [](Question& q) {
             q.names = {dns("www.example.com")};
             q.authority.root = NameConstraints{{dns("example.org")}};
         },
         {"the root permits example.org, not 'www.example.com'"}},
        {"an intermediate wider than its root",
         [](Question& q) {
             q.names = {dns("example.net"), dns("example.org")};
             q.authority.root = NameConstraints{{dns("example.org")}};
         },
         {"the root permits example.org, not 'example.net'"}},
        {"a name that the root excludes",
         [](Question& q) {
             q.names = {dns("www.hr.example.org"), dns("hr.example.net"), dns("www.example.org")};
             q.authority.root = NameConstraints{{dns("example.org"), dns("example.net")}, {}, {dns("hr.example.org")}};
         },
         {"the root excludes hr.example.org, and so 'www.hr.example.org'"}},
        {"a wildcard for a name that the intermediate excludes",
         [](Question& q) {
             q.names = {dns("*.example.org"), dns("*.a.example.org"), dns("*.hr.example.org")};
             q.authority.constraints.excluded_dns = {dns("hr.example.org")};
         },
         {"the intermediate excludes hr.example.org, which is matched by '*.example.org'; names without a wildcard "
          "would "
          "pass",
          "the intermediate excludes hr.example.org, and so '*.hr.example.org'"}},
        {"an address that the intermediate excludes",
         [](Question& q) {
             q.names = {IpAddress::parse("192.0.2.7"), IpAddress::parse("192.0.2.8")};
             q.authority.constraints = {
                 {dns("example.org")}, {IpRange::parse("192.0.2.0/24")}, {}, {IpRange::parse("192.0.2.7")}};
         },
         {"the intermediate excludes 192.0.2.7/32, and so '192.0.2.7'"}},
        {"a misspelt name whose nearest is excluded",
         [](Question& q) {
             q.names = {dns("hr.exmaple.org")};
             q.authority.constraints = {{dns("example.org")}, {}, {dns("hr.example.org")}};
         },
         {"the intermediate permits example.org (without hr.example.org), not 'hr.exmaple.org'"}},
        {"a name outside the policy's domains",
         [](Question& q) {
             q.of_host.domains = {{dns("www.example.org"), dns("example.net")}};
         },
         {"policy of web1.example.org permits www.example.org, example.net, not 'example.org'"}},
        {"a purpose that the intermediate has not",
         [](Question& q) { q.of_host.purpose = Purpose::server_and_client; },
         {"the intermediate is for servers alone, not for server+client as policy of web1.example.org says; 'purpose: "
          "server' would pass"}},
        {"a purpose that it has",
         [](Question& q) {
             q.of_host.purpose = Purpose::server_and_client;
             q.authority.purpose = Purpose::server_and_client;
         },
         {}},
        {"a wildcard that the policy refuses",
         [](Question& q) {
             q.names = {dns("*.example.org"), dns("example.org")};
             q.of_host.wildcards = Wildcards::refused;
         },
         {"policy of web1.example.org allows no wildcards, not '*.example.org'; names without one would pass"}},
        {"a wildcard that the host's policy allows against the settings",
         [](Question& q) {
             q.names = {dns("*.example.org")};
             q.settings.wildcards = Wildcards::refused;
             q.of_host.wildcards = Wildcards::allowed;
         },
         {}},
        {"a key algorithm that the policy does not allow",
         [](Question& q) {
             q.of_host.keys = {{"P-384", "RSA-3072"}};
         },
         {"policy of web1.example.org allows P-384, RSA-3072, not P-256"}},
        {"a rate that the host's policy raises",
         [](Question& q) {
             q.asked.issued_in_last_hour = 4;
             q.of_host.max_per_hour = 5;
         },
         {}},
        {"a host's lifetime that does not go with the settings' renewal",
         [](Question& q) { q.of_host.lifetime = Lifetime(5h); },
         {"policy of web1.example.org: certificates of 5h that are backdated by 30m would be renewed after 4h, "
          "expected: renew_after + 1h is at most lifetime - backdate"}},
        {"one name of three outside",
         [](Question& q) {
             q.names = {dns("example.net"), dns("example.com"), dns("a.example.org")};
         },
         {intermediate + "'example.com'"}},
        {"two names outside",
         [](Question& q) {
             q.names = {dns("example.com"), dns("*.org.example")};
         },
         {intermediate + "'example.com'", intermediate + "'*.org.example'"}},
        {"a suffix that is no subdomain",
         [](Question& q) { q.names = {dns("notexample.org")}; },
         {intermediate + "'notexample.org'"}},
        {"below the rate", [](Question& q) { q.asked.issued_in_last_hour = 3; }, {}},
        {"at the rate",
         [](Question& q) { q.asked.issued_in_last_hour = 4; },
         {"4 certificates were issued for it within the last hour, max_per_hour is 4"}},
        {"an intermediate of tomorrow",
         [](Question& q) { q.authority.validity.not_before = kNow + 1s; },
         {"the intermediate is not valid before 2026-11-24T12:00:01Z, and the clock says 2026-11-24T12:00:00Z"}},
        {"an intermediate of yesterday",
         [](Question& q) { q.authority.validity.not_after = kNow - 1s; },
         {"the intermediate ends at 2026-11-24T11:59:59Z, and the clock says 2026-11-24T12:00:00Z"}},
        {"an intermediate with no minute left",
         [](Question& q) { q.authority.validity.not_after = kNow + 59s; },
         {"the intermediate ends at 2026-11-24T12:00:59Z, and the clock says 2026-11-24T12:00:00Z"}},
        {"all at once",
         [](Question& q) {
             q.asked.key = identity();
             q.settings.keys = {"Ed25519"};
             q.names = {dns("example.com")};
             q.asked.issued_in_last_hour = 9;
             q.authority.validity.not_after = kNow;
         },
         {intermediate + "'example.com'",
          "the key to be certified is the host's identity key, which only signs messages",
          "9 certificates were issued for it within the last hour, max_per_hour is 4",
          "the intermediate ends at 2026-11-24T12:00:00Z, and the clock says 2026-11-24T12:00:00Z"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Question question;
        row.spoil(question);
        CHECK(reasons_of(question) == row.reasons);
    }
}

TEST_CASE("a certificate never leaves its intermediate's validity, and a cut is told") {
    Question question;
    question.authority.validity = {kNow - 10min, kNow + 2h};
    auto permitted = std::get<Permitted>(question.answer());
    CHECK(permitted.profile.validity == question.authority.validity);
    CHECK(permitted.cut_by_intermediate);

    question.authority.validity.not_after = kNow + 11h + 30min - 1s;  // the very end that was wanted
    permitted = std::get<Permitted>(question.answer());
    CHECK(permitted.profile.validity == question.authority.validity);
    CHECK_FALSE(permitted.cut_by_intermediate);
}

TEST_CASE("a host's policy changes what it names, and the ceiling holds for all") {
    Question question;
    question.of_host.lifetime = Lifetime(24h);
    question.of_host.backdate = 1h;
    const auto permitted = std::get<Permitted>(question.answer());
    CHECK(permitted.profile.validity == Validity{kNow - 1h, kNow + 23h - 1s});
    CHECK_THROWS_AS(Lifetime(24h + 1s), Error);
}
