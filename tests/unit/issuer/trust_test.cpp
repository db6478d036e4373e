#include "ca/issuer/trust.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/x509/crls.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

/// Two roots, what each signed of the other, and an intermediate of the old one.
struct Rotation {
    World old;
    World next;
    ToBeSigned next_root_tbs = named(next.root(), "Next Root", "Next Root");
    Certificate old_root = signed_by(old.root_key, old.root());
    Certificate next_root = signed_by(next.root_key, next_root_tbs);
    Certificate old_by_next = cross(old.root(), next.root_key, "Root", "Next Root");
    Certificate next_by_old = cross(next_root_tbs, old.root_key, "Next Root", "Root");
    Certificate intermediate = signed_by(old.root_key, old.intermediate());

    static ToBeSigned named(ToBeSigned tbs, const char* subject, const char* issuer) {
        tbs.subject = encode_name(subject);
        tbs.issuer = encode_name(issuer);
        return tbs;
    }
    static Certificate cross(const ToBeSigned& root, const PrivateKey& signer, const char* subject,
                             const char* issuer) {
        ToBeSigned tbs = named(root, subject, issuer);
        replace(tbs, basic_constraints_ca(1));
        replace(tbs, authority_key_identifier(key_identifier(signer.public_key().spki())));
        return signed_by(signer, tbs);
    }
    [[nodiscard]] Trust trust() const { return {{old_root, next_root}, {}, {old_by_next, next_by_old}}; }
};

}  // namespace

TEST_CASE("a cross certificate is taken that one pinned root signed for another") {
    const Rotation rotation;
    CHECK(check_cross(rotation.old_by_next, rotation.trust(), kNow).empty());
    CHECK(check_cross(rotation.next_by_old, rotation.trust(), kNow).empty());
    CHECK(is_cross({rotation.old_by_next, rotation.next_by_old}));
    CHECK_FALSE(is_cross({rotation.intermediate}));
    CHECK_FALSE(is_cross({rotation.intermediate, rotation.old_root}));
}

TEST_CASE("it is refused for a root that is not pinned, by one that is not, past its end, and revoked") {
    const Rotation rotation;
    const auto first = [&](const Certificate& cross, const Trust& trust, Time now = kNow) {
        const auto reasons = check_cross(cross, trust, now);
        return reasons.empty() ? std::string() : reasons.front();
    };
    CHECK_THAT(first(rotation.next_by_old, {{rotation.old_root}}),
               Catch::Matchers::Contains("which is no root that is pinned here"));
    CHECK_THAT(first(rotation.old_by_next, {{rotation.old_root}}), Catch::Matchers::Contains("CN=Root"));
    CHECK_THAT(first(rotation.old_by_next, rotation.trust(), kNow + std::chrono::days{366}),
               Catch::Matchers::Contains("is not valid after"));
    Trust revoked = rotation.trust();
    revoked.crls = {crl_of(rotation.old, 7, {stolen(rotation.next_by_old)})};
    CHECK_THAT(first(rotation.next_by_old, revoked), Catch::Matchers::Contains("was revoked"));
}

TEST_CASE("servers send the cross certificate that leads from their intermediate's root to the other one") {
    const Rotation rotation;
    const Trust trust = rotation.trust();
    CHECK(&trust.root_of(rotation.intermediate) == &trust.roots[0]);
    REQUIRE(trust.cross_for(rotation.intermediate, kNow) != nullptr);
    CHECK(*trust.cross_for(rotation.intermediate, kNow) == rotation.old_by_next);
    const std::string pem = rotation.intermediate.pem();
    CHECK(with_cross(pem, trust, kNow) == pem + rotation.old_by_next.pem());
    CHECK(with_cross(pem, {{rotation.old_root}}, kNow) == pem);
    CHECK(with_cross(pem, trust, kNow + std::chrono::days{366}) == pem);
    ToBeSigned tbs = Rotation::named(rotation.next.intermediate(), "Intermediate", "Next Root");
    const Certificate of_next = signed_by(rotation.next.root_key, tbs);
    CHECK(&trust.root_of(of_next) == &trust.roots[1]);
    CHECK(*trust.cross_for(of_next, kNow) == rotation.next_by_old);
}
