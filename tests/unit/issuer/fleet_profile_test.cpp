#include "ca/issuer/fleet_profile.hpp"

#include "tests/unit/issuer/issuer_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

CertificatePolicy policy_with(const std::function<void(CertificatePolicy&)>& edit) {
    CertificatePolicy policy;
    edit(policy);
    return policy;
}

}  // namespace

TEST_CASE("a profile is all that certificates contain and allow, and not when they are renewed") {
    struct Case {
        std::string difference;
        std::function<void(CertificatePolicy&)> edit;
    };
    const Case cases[] = {
        {"{lifetime: 6h}", [](auto& policy) { policy.lifetime = Lifetime(6h); }},
        {"{backdate: 5m}", [](auto& policy) { policy.backdate = 5min; }},
        {"{keys: [P-384]}", [](auto& policy) { policy.keys = {"P-384"}; }},
        {"{wildcards: refused}", [](auto& policy) { policy.wildcards = Wildcards::refused; }},
        {"{purpose: server+client}", [](auto& policy) { policy.purpose = Purpose::server_and_client; }},
        {"{domains: [example.org]}", [](auto& policy) { policy.domains = {DnsName::parse("example.org")}; }},
        {"{addresses: [\"192.0.2.0/24\"]}", [](auto& policy) { policy.addresses = {IpRange::parse("192.0.2.0/24")}; }},
        {"{}", [](auto& policy) { policy.renew_after = 1h; }},
        {"{}", [](auto& policy) { policy.max_per_hour = 9; }},
    };
    for (const Case& each : cases) {
        CAPTURE(each.difference);
        const CertificatePolicy policy = policy_with(each.edit);
        CHECK(profile_difference(policy, {}) == each.difference);
        CHECK(same_profile(policy, {}) == (each.difference == "{}"));
        CHECK((profile_text(policy) == profile_text({})) == (each.difference == "{}"));
    }
    CHECK(profile_difference({}, policy_with(cases[5].edit)) == "{domains: []}");
}

TEST_CASE("the profile in use is remembered as it was, in the form that halfday.yaml has") {
    const IssuerWorld world;
    CHECK_FALSE(load_profile_before(world.places, {}));
    const CertificatePolicy policy = policy_with([](auto& edited) {
        edited.lifetime = Lifetime(8h);
        edited.renew_after = 5h;
        edited.keys = {"P-384", "Ed25519"};
        edited.purpose = Purpose::server_and_client;
        edited.wildcards = Wildcards::refused;
        edited.domains = {DnsName::parse("example.org"), DnsName::parse("example.net")};
        edited.addresses = {IpRange::parse("2001:db8::/32")};
    });
    save_profile(world.places, policy);
    CHECK(read_file(world.files.profile(), 1000) ==
          "certificates: {lifetime: 8h, backdate: 30m, keys: [P-384, Ed25519], wildcards: refused, purpose: "
          "server+client, domains: [example.org, example.net], addresses: [\"2001:db8::/32\"]}\n");
    const auto loaded = load_profile_before(world.places, {});
    REQUIRE(loaded);
    CHECK(same_profile(*loaded, policy));
}

TEST_CASE("when certificates are renewed follows the settings, as far as the profile in use allows") {
    const IssuerWorld world;
    save_profile(world.places, {});  // 12 h, of which 30 min are past
    const auto loaded = load_profile_before(world.places, policy_with([](auto& settings) {
                                                settings.lifetime = Lifetime(24h);
                                                settings.renew_after = 16h;
                                                settings.max_per_hour = 9;
                                            }));
    REQUIRE(loaded);
    CHECK(loaded->renew_after == 10h + 30min);
    CHECK(loaded->max_per_hour == 9);
    CHECK_FALSE(policy_fault(*loaded));
}

TEST_CASE("a profile that can't be read is refused, with what to do") {
    const char* const cases[] = {
        "",
        "certificates: {lifetime: 12h",
        "certificates: {}",
        "certificates: {lifetime: 12h, backdate: 30m, keys: [P-256], wildcards: allowed}",
        "certificates: {lifetime: 12h, backdate: 30m, keys: [P-256], wildcards: allowed, purpose: server, more: 1}",
        "certificates: {lifetime: 12h, backdate: 30m, keys: [P-0], wildcards: allowed, purpose: server}",
        "certificates: {lifetime: 1h, backdate: 30m, keys: [P-256], wildcards: allowed, purpose: server}",
        "certificates: {lifetime: 25h, backdate: 30m, keys: [P-256], wildcards: allowed, purpose: server}",
    };
    for (const char* const yaml : cases) {
        CAPTURE(yaml);
        const IssuerWorld world;
        replace_file(world.files.profile(), yaml);
        const Error error = error_of([&] { static_cast<void>(load_profile_before(world.places, {})); });
        CHECK(error.kind() == ErrorKind::corrupt);
        CHECK(std::string(error.what()).starts_with("cannot read the profile that is in use: "));
        CHECK(error.hint().find("profile-rollout.json'") != std::string::npos);
        CHECK_THROWS_AS(world.mint(), Error);
    }
}

TEST_CASE(
    "a profile that is lost while a newer one is rolled out is refused, and one without a rollout is the settings'") {
    const IssuerWorld world;
    replace_file(world.files.profile_rollout(), "{}");
    const Error error = error_of([&] { static_cast<void>(load_profile_before(world.places, {})); });
    CHECK(error.kind() == ErrorKind::corrupt);
    CHECK(std::string(error.what()).ends_with("is gone while a newer one is rolled out"));
    remove_file(world.files.profile_rollout());
    CHECK_FALSE(load_profile_before(world.places, {}));
}
