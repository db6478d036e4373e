#include "ca/root/ceremony.hpp"

#include <catch2/catch.hpp>
#include <variant>

#include "ca/base/duration.hpp"
#include "ca/x509/chain.hpp"
#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace std::chrono_literals;

namespace {

const Time kNow = parse_time("2026-11-24T12:00:00Z");
constexpr auto kDay = std::chrono::days{1};

NameConstraints names(const std::vector<std::string>& texts) {
    NameConstraints permitted;
    for (const std::string& text : texts) {
        permit(permitted, text);
    }
    return permitted;
}

PrivateKey new_key() { return PrivateKey::generate(KeyAlgorithm::parse("P-256")); }

Serial serial(char byte) { return Serial::make(1, std::string(15, byte)); }

/// What a decision says no with; "" for a yes.
template <class T>
std::string reasons(const Decision<T>& decision) {
    const auto* refusal = std::get_if<Refusal>(&decision);
    return refusal == nullptr ? "" : refusal->text();
}

/// A root for example.org and example.net, made ten years before it ends, and its key.
struct Root {
    explicit Root(Seconds lifetime = kRootLifetime)
        : key(new_key()),
          certificate(make(
              key,
              {"Example Root", names({"example.org", "example.net", "198.51.100.0/24", "2001:db8::/32"}), lifetime})) {}

    static Certificate make(const PrivateKey& key, const RootOrder& order) {
        return std::get<Certificate>(sign_root(std::get<RootProfile>(plan_root(order, kNow)), key, serial('r')));
    }
    PrivateKey key;
    Certificate certificate;
};

const Root& root() {
    static const Root made;
    return made;
}

const PublicKey& requested() {
    static const PrivateKey key = new_key();
    return key.public_key();
}

Decision<IntermediatePlan> plan(const IntermediateOrder& order, const Root& by = root(), Time now = kNow) {
    return plan_intermediate(order, requested(), by.certificate, now);
}

Decision<PreparedIntermediate> prepare(const IntermediateProfile& profile, Time now = kNow) {
    return prepare_intermediate(profile, requested(), root().certificate, serial('i'), now);
}

PreparedIntermediate prepared_of(const IntermediateProfile& profile) {
    return std::get<PreparedIntermediate>(prepare(profile));
}

}  // namespace

TEST_CASE("a root is planned only with a plain name, permitted domains and a lifetime") {
    struct Case {
        RootOrder order;
        std::string reasons;
    };
    const auto domain = names({"example.org"});
    const auto [order, expected] = GENERATE_COPY(values<Case>({
        {{"Example Root", domain, kRootLifetime}, ""},
        {{std::string(64, 'x'), domain, kRootLifetime}, ""},
        {{"", domain, kRootLifetime}, "the name '' is not 1 to 64 printable ASCII characters"},
        {{std::string(65, 'x'), domain, kRootLifetime},
         "the name '" + std::string(65, 'x') + "' is not 1 to 64 printable ASCII characters"},
        {{"a\nb", domain, kRootLifetime}, "the name 'a\\x0ab' is not 1 to 64 printable ASCII characters"},
        {{"Example Root", {}, kRootLifetime}, "no DNS name is permitted"},
        {{"Example Root", names({"192.0.2.0/24"}), kRootLifetime}, "no DNS name is permitted"},
        {{"Example Root", names({"example.org", "192.0.2.0/24"}), kRootLifetime}, ""},
        {{"Example Root", domain, 1h}, "a lifetime of 1h is not more than 1h and at most 36525d"},
        {{"Example Root", domain, 1h + 1s}, ""},
        {{"Example Root", domain, kMostLifetime + kDay}, "a lifetime of 36526d is not more than 1h and at most 36525d"},
    }));
    CHECK(reasons(plan_root(order, kNow)) == expected);
}

TEST_CASE("every reason against a plan is told at once") {
    const auto refusal = std::get<Refusal>(plan_root({"", {}, 0s}, kNow));
    CHECK(refusal.reasons.size() == 3);
}

TEST_CASE("a root is backdated an hour, and each permitted name is there once") {
    const auto profile = std::get<RootProfile>(
        plan_root({"R", names({"b.test", "a.test", "B.test", "192.0.2.7", "192.0.2.7/32"}), 10 * kDay}, kNow));
    CHECK(profile.validity == Validity{kNow - 1h, kNow - 1h + 10 * kDay - 1s});
    CHECK(profile.constraints == names({"b.test", "a.test", "192.0.2.7"}));
}

TEST_CASE("what is excluded must be of what is permitted, and leave something of it") {
    struct Case {
        std::vector<std::string> excluded;
        std::string reasons;
    };
    const auto [excluded, expected] = GENERATE(values<Case>({
        {{"hr.example.org", "192.0.2.128/25", "192.0.2.7"}, ""},
        {{"example.org"}, "'example.org' is permitted, and excluded"},
        {{"org"}, "'example.org' is permitted, and excluded"},
        {{"hr.exmaple.org"}, "'hr.exmaple.org' is excluded, and nothing of it is permitted"},
        {{"192.0.0.0/16"}, "'192.0.2.0/24' is permitted, and excluded"},
        {{"198.51.100.0/24"}, "'198.51.100.0/24' is excluded, and nothing of it is permitted"},
        {{"2001:db8::/32"}, "'2001:db8::/32' is excluded, and nothing of it is permitted"},
    }));
    CAPTURE(excluded);
    NameConstraints constraints = names({"example.org", "192.0.2.0/24"});
    for (const std::string& text : excluded) exclude(constraints, text);
    CHECK(reasons(plan_root({"Example Root", constraints}, kNow)) == expected);
}

TEST_CASE("an intermediate excludes what its root does, and what it says besides") {
    NameConstraints of_root = names({"example.org", "example.net", "198.51.100.0/24"});
    for (const char* text : {"hr.example.org", "pay.example.net", "198.51.100.128/25"}) exclude(of_root, text);
    const PrivateKey key = new_key();
    const Certificate root = std::get<Certificate>(
        sign_root({"Example Root", of_root, Validity::from(kNow - 1h, 3650 * kDay)}, key, serial('r')));
    struct Case {
        std::vector<std::string> permitted;
        std::vector<std::string> excluded;
        std::string constraints;  // of the plan, or why there is none
    };
    const auto [permitted, excluded, expected] = GENERATE(values<Case>({
        {{},
         {},
         "example.org, example.net, 198.51.100.0/24 (without hr.example.org, pay.example.net, 198.51.100.128/25)"},
        {{"example.org"}, {}, "example.org (without hr.example.org)"},
        {{"example.org"}, {"dev.example.org"}, "example.org (without hr.example.org, dev.example.org)"},
        {{"example.org"}, {"hr.example.org"}, "example.org (without hr.example.org)"},
        {{"www.example.org", "198.51.100.0/25"}, {}, "www.example.org, 198.51.100.0/25"},
        {{}, {"example.net"}, "'example.net' is permitted, and excluded"},
        {{"hr.example.org"}, {}, "'hr.example.org' is outside what the root permits"},
        {{"a.hr.example.org", "example.net"}, {}, "'a.hr.example.org' is outside what the root permits"},
        {{"example.org", "198.51.100.192/26"}, {}, "'198.51.100.192/26' is outside what the root permits"},
    }));
    CAPTURE(permitted, excluded);
    IntermediateOrder order{"", names(permitted)};
    for (const std::string& text : excluded) exclude(order.constraints, text);
    const auto decision = plan_intermediate(order, requested(), root, kNow);
    const auto* planned = std::get_if<IntermediatePlan>(&decision);
    CHECK((planned != nullptr ? planned->profile.constraints.text() : reasons(decision)) == expected);
    if (planned != nullptr) {
        const auto prepared = prepare_intermediate(planned->profile, requested(), root, serial('i'), kNow);
        REQUIRE(std::holds_alternative<PreparedIntermediate>(prepared));
        CHECK(std::get<PreparedIntermediate>(prepared).trial.name_constraints() == planned->profile.constraints);
    }
}

TEST_CASE("an intermediate is planned only within the root's names") {
    struct Case {
        std::vector<std::string> permitted;
        std::string reasons;
    };
    const auto [permitted, expected] = GENERATE(values<Case>({
        {{"example.org"}, ""},
        {{"www.example.org", "example.net"}, ""},
        {{"org"}, "'org' is outside what the root permits"},
        {{"other.test"}, "'other.test' is outside what the root permits"},
        {{"badexample.org"}, "'badexample.org' is outside what the root permits"},
        {{"example.org", "a.test", "b.test"},
         "'a.test' is outside what the root permits; 'b.test' is outside what the root permits"},
        {{"example.org", "198.51.100.0/24"}, ""},
        {{"example.org", "198.51.100.7", "2001:db8:1::/48"}, ""},
        {{"198.51.100.0/24"}, "no DNS name is permitted"},
        {{"example.org", "198.51.0.0/16"}, "'198.51.0.0/16' is outside what the root permits"},
        {{"example.org", "::/0"}, "'::/0' is outside what the root permits"},
    }));
    CHECK(reasons(plan({"", names(permitted)})) == expected);
}

TEST_CASE("an intermediate that says nothing gets all that the root permits, 35 days and the day's name") {
    const auto got = std::get<IntermediatePlan>(plan({}));
    CHECK(got.profile.name == "Example Root intermediate 2026-11-24");
    CHECK(got.profile.constraints == names({"example.org", "example.net", "198.51.100.0/24", "2001:db8::/32"}));
    CHECK(got.profile.validity == Validity::from(kNow - 1h, 35 * kDay));
    CHECK_FALSE(got.cut_to_root);
}

TEST_CASE("an intermediate that lives longer than 100 days is told as long") {
    CHECK_FALSE(std::get<IntermediatePlan>(plan({})).is_long);
    CHECK_FALSE(std::get<IntermediatePlan>(plan({"", {}, 100 * kDay})).is_long);
    CHECK(std::get<IntermediatePlan>(plan({"", {}, 100 * kDay + 1s})).is_long);
    CHECK_FALSE(std::get<IntermediatePlan>(plan({"", {}, 365 * kDay}, Root(10 * kDay))).is_long);
}

TEST_CASE("a default name always fits") {
    const PrivateKey key = new_key();
    const Certificate long_named = Root::make(key, {std::string(64, 'x'), names({"a.test"}), kRootLifetime});
    const auto got = std::get<IntermediatePlan>(plan_intermediate({}, requested(), long_named, kNow));
    CHECK(got.profile.name == std::string(40, 'x') + " intermediate 2026-11-24");
}

TEST_CASE("an intermediate never outlives its root nor begins before it") {
    const Root short_lived(10 * kDay);
    const Time end = short_lived.certificate.not_after();
    const auto cut = std::get<IntermediatePlan>(plan({"", {}, 35 * kDay}, short_lived));
    CHECK(cut.cut_to_root);
    CHECK(cut.profile.validity == Validity{kNow - 1h, end});
    const auto exact = std::get<IntermediatePlan>(plan({"", {}, 10 * kDay}, short_lived));
    CHECK_FALSE(exact.cut_to_root);
    const auto early = std::get<IntermediatePlan>(plan({"", {}, kDay}, short_lived, kNow - 30min));
    CHECK(early.profile.validity.not_before == short_lived.certificate.not_before());
}

TEST_CASE("a root signs only while it is valid by the clock") {
    const Root short_lived(10 * kDay);
    const Time begin = short_lived.certificate.not_before();
    const Time end = short_lived.certificate.not_after();
    CHECK(reasons(plan({}, short_lived, begin - 1s)) ==
          "the root is not valid before 2026-11-24T11:00:00Z, and this box's clock says 2026-11-24T10:59:59Z");
    CHECK(reasons(plan({}, short_lived, begin)).empty());
    CHECK(reasons(plan({}, short_lived, end)).empty());
    CHECK(reasons(plan({}, short_lived, end + 1s)) ==
          "the root expired at 2026-12-04T10:59:59Z, and this box's clock says 2026-12-04T11:00:00Z");
}

TEST_CASE("a request for the root's own key is refused") {
    CHECK(reasons(plan_intermediate({}, root().key.public_key(), root().certificate, kNow)) ==
          "the request is for the root's own key");
}

TEST_CASE("a signed intermediate is what was planned") {
    const auto planned = std::get<IntermediatePlan>(plan({"Issuer One", names({"example.org"}), 7 * kDay}));
    PreparedIntermediate prepared = prepared_of(planned.profile);
    const Certificate trial = prepared.trial;
    const Certificate made = sign_intermediate(std::move(prepared), root().certificate, root().key, kNow);
    CHECK(made.tbs_der() == trial.tbs_der());
    CHECK_FALSE(made == trial);
    CHECK(made.subject() == "CN=Issuer One");
    CHECK(made.issuer_der() == root().certificate.subject_der());
    CHECK(made.public_key() == requested());
    CHECK(made.path_length() == 0);
    CHECK(made.name_constraints() == names({"example.org"}));
    CHECK(made.not_before() == kNow - 1h);
    CHECK(made.not_after() == kNow - 1h + 7 * kDay - 1s);
    CHECK(made.serial_hex() == serial('i').hex());
}

TEST_CASE("another root's key signs nothing") {
    const auto planned = std::get<IntermediatePlan>(plan({}));
    CHECK(test::message_of([&] {
              return sign_intermediate(prepared_of(planned.profile), root().certificate, new_key(), kNow);
          }) == "the root's key does not belong to the root's certificate");
}

TEST_CASE("what a plan would have refused is refused by the lint as well") {
    IntermediateProfile profile = std::get<IntermediatePlan>(plan({})).profile;
    profile.constraints = names({"other.test"});
    CHECK_FALSE(reasons(prepare(profile)).empty());
}

TEST_CASE("what no client would take is refused before the root's key is opened") {
    const IntermediateProfile profile = std::get<IntermediatePlan>(plan({})).profile;
    CHECK(reasons(prepare(profile, kNow + 36 * kDay))
              .starts_with("a client would not take it: certificate 'CN=Example Root intermediate 2026-11-24' is not "
                           "valid after"));
}

TEST_CASE("a trial is worth nothing to a client of the root") {
    const PreparedIntermediate prepared = prepared_of(std::get<IntermediatePlan>(plan({})).profile);
    CHECK(verify_chain({prepared.trial}, {root().certificate}, ChainPurpose::certificate_authority, kNow));
}

TEST_CASE("a root is tried with a throw-away key of its algorithm") {
    const auto profile = std::get<RootProfile>(plan_root({"Example Root", names({"example.org"})}, kNow));
    const auto trial = std::get<Certificate>(try_root(profile, KeyAlgorithm::parse("P-384"), serial('r')));
    CHECK(trial.subject() == "CN=Example Root");
    CHECK(trial.public_key().algorithm() == "P-384");
    RootProfile backwards = profile;
    std::swap(backwards.validity.not_before, backwards.validity.not_after);
    CHECK(reasons(try_root(backwards, KeyAlgorithm::parse("P-384"), serial('r'))) == "it ends before it begins");
}
