#include "ca/root/rotation.hpp"

#include <catch2/catch.hpp>
#include <variant>

#include "ca/root/ceremony.hpp"
#include "ca/x509/chain.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/x509/certificates.hpp"

using namespace halfday;
using namespace halfday::test;
using std::chrono::days;

namespace {

NameConstraints names(const std::vector<std::string>& texts) {
    NameConstraints permitted;
    for (const std::string& text : texts) permit(permitted, text);
    return permitted;
}

struct Root {
    Root(const std::string& name, const std::vector<std::string>& permitted, Seconds lifetime, Time at = kNow)
        : certificate(std::get<Certificate>(
              sign_root(std::get<RootProfile>(plan_root({name, names(permitted), lifetime}, at)), key, serial('r')))) {}
    PrivateKey key = new_key("P-384");
    Certificate certificate;
};

std::string refused(const Decision<CrossProfile>& decision) {
    const auto* refusal = std::get_if<Refusal>(&decision);
    return refusal == nullptr ? "" : refusal->text();
}

}  // namespace

TEST_CASE("what two roots permit in common is the narrower of each pair") {
    struct Row {
        std::vector<std::string> one, other, both;
    };
    const Row rows[] = {
        {{"example.org"}, {"example.org"}, {"example.org"}},
        {{"example.org"}, {"www.example.org", "example.net"}, {"www.example.org"}},
        {{"www.example.org", "example.net"}, {"example.org", "a.example.net"}, {"www.example.org", "a.example.net"}},
        {{"example.org"}, {"example.net"}, {}},
        {{"example.org", "192.0.2.0/24"},
         {"example.org", "192.0.2.0/28", "2001:db8::/32"},
         {"example.org", "192.0.2.0/28"}},
    };
    for (const Row& row : rows) {
        CHECK(permitted_by_both(names(row.one), names(row.other)).texts() == names(row.both).texts());
    }
}

TEST_CASE("what either root excludes is excluded of what they have in common") {
    NameConstraints one = names({"example.org", "example.net"});
    exclude(one, "secret.example.org");
    exclude(one, "secret.example.net");
    NameConstraints other = names({"example.org", "secret.example.net"});
    exclude(other, "old.example.org");
    const NameConstraints both = permitted_by_both(one, other);
    CHECK(both.text() == "example.org (without old.example.org, secret.example.org)");
    CHECK(both.faults().empty());
    CHECK(one.outside(both).empty());
    CHECK(other.outside(both).empty());
}

TEST_CASE("a cross certificate lasts while both roots do, for the names of both") {
    const Root old("Old Root", {"example.org"}, days{100});
    const Root next("Next Root", {"example.org", "example.net"}, days{3650}, kNow + days{10});
    const Time now = kNow + days{11};
    for (const auto& pair : {std::pair(&old, &next), std::pair(&next, &old)}) {
        const Root* const subject = pair.first;
        const Root* const signer = pair.second;
        const auto profile = std::get<CrossProfile>(plan_cross(subject->certificate, signer->certificate, now));
        CHECK(profile.validity == Validity{next.certificate.not_before(), old.certificate.not_after()});
        CHECK(profile.constraints == names({"example.org"}));
        const auto cross = std::get<Certificate>(
            sign_cross(profile, subject->certificate, signer->certificate, signer->key, serial('x'), now));
        CHECK(cross.subject_der() == subject->certificate.subject_der());
        CHECK(cross.public_key() == subject->certificate.public_key());
        CHECK(cross.subject_key_identifier() == subject->certificate.subject_key_identifier());
        CHECK(cross.issuer_der() == signer->certificate.subject_der());
        CHECK(cross.path_length() == 1);
        CHECK(cross.extended_key_usage().empty());
        CHECK(error_of([&] {
                  return sign_cross(profile, subject->certificate, signer->certificate, subject->key, serial('x'), now);
              }).kind() == ErrorKind::corrupt);
    }
}

TEST_CASE("roots that can't be told apart, have nothing in common or are not valid do not sign each other") {
    const Root old("Old Root", {"example.org"}, days{100});
    CHECK(refused(plan_cross(old.certificate, old.certificate, kNow)) ==
          "the two roots have one key; the two roots have one name, and verifiers could not tell them apart");
    CHECK(refused(plan_cross(Root("Old Root", {"example.org"}, days{100}).certificate, old.certificate, kNow)) ==
          "the two roots have one name, and verifiers could not tell them apart");
    CHECK(refused(plan_cross(Root("Next Root", {"example.net"}, days{100}).certificate, old.certificate, kNow)) ==
          "the two roots permit no domain in common");
    const Root next("Next Root", {"example.org"}, days{3650});
    CHECK(refused(plan_cross(next.certificate, old.certificate, kNow + days{101}))
              .starts_with("'CN=Old Root' is valid from "));
}
