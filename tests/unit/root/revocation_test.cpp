#include "ca/root/revocation.hpp"

#include <catch2/catch.hpp>
#include <variant>

#include "tests/unit/x509/crls.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

/// What a root signed: two certificates for one key, and one for another.
struct Signed {
    World world;
    Certificate root = signed_by(world.root_key, world.root());
    std::vector<Certificate> all;

    Signed() {
        ToBeSigned tbs = world.intermediate();
        all.push_back(signed_by(world.root_key, tbs));
        tbs.serial = serial('j');
        all.push_back(signed_by(world.root_key, tbs));
        tbs.serial = serial('k');
        tbs.spki = world.leaf_key.public_key().spki();
        all.push_back(signed_by(world.root_key, tbs));
    }
    [[nodiscard]] std::vector<Certificate> chosen(std::vector<std::size_t> which, RevocationReason reason) const {
        RevocationOrder order{{}, reason};
        for (const std::size_t at : which) order.serials.push_back(all[at].serial_hex());
        return std::get<std::vector<Certificate>>(choose_revoked(order, all));
    }
};

}  // namespace

TEST_CASE("who has a key has all its certificates, and a lost key revokes them all") {
    const Signed made;
    using Reason = RevocationReason;
    struct Row {
        std::vector<std::size_t> named;
        Reason reason;
        std::vector<std::size_t> revoked;
    };
    const Row rows[] = {
        {{1}, Reason::superseded, {1}},        {{1}, Reason::unspecified, {1}},
        {{1}, Reason::key_compromise, {0, 1}}, {{0}, Reason::ca_compromise, {0, 1}},
        {{2}, Reason::key_compromise, {2}},    {{2, 0}, Reason::superseded, {0, 2}},
        {{0, 0}, Reason::superseded, {0}},     {{2, 1}, Reason::key_compromise, {0, 1, 2}},
    };
    for (const Row& row : rows) {
        std::vector<Certificate> expected;
        for (const std::size_t at : row.revoked) expected.push_back(made.all[at]);
        CHECK(made.chosen(row.named, row.reason) == expected);
    }
}

TEST_CASE("what this root did not sign is not revoked") {
    const Signed made;
    const auto refused = choose_revoked({{made.all[0].serial_hex(), "7f"}, RevocationReason::superseded}, made.all);
    CHECK(std::get<Refusal>(refused).text() == "by its ceremony log this root signed no intermediate 7f");
}

TEST_CASE("a key that was stolen is not signed again, and one that was only superseded is") {
    const Signed made;
    const auto verdict = [&](RevocationReason reason, std::size_t request) {
        LoggedRecord record;
        for (const Certificate& each : made.all) {
            record.certificates.emplace_back().certificate = each;
        }
        const Crl crl = crl_of(made.world, 3, {{made.all[1].serial_hex(), kNow, reason}});
        record.crl = RecordedCrl{crl.number(), crl.next_update(), crl.pem()};
        return check_not_compromised(made.all[request].public_key(), {record}, made.root);
    };
    CHECK(verdict(RevocationReason::key_compromise, 0).has_value());
    CHECK(verdict(RevocationReason::ca_compromise, 1).has_value());
    CHECK_FALSE(verdict(RevocationReason::superseded, 1).has_value());
    CHECK_FALSE(verdict(RevocationReason::key_compromise, 2).has_value());
}

TEST_CASE("numbers grow with the clock, and past what went out by a clock that was ahead") {
    const World world;
    const auto now = static_cast<std::uint64_t>(kNow.time_since_epoch().count());
    CHECK(next_crl_number({}, kNow) == now);
    CHECK(next_crl_number({crl_of(world, 5)}, kNow) == now);
    CHECK(next_crl_number({crl_of(world, now + 9), crl_of(world, now)}, kNow) == now + 10);
    CHECK(next_crl_number({}, Time{}) == 1);
}

TEST_CASE("a CRL has all that was revoked before, as it was, and what is revoked now") {
    const Signed made;
    const RevokedCertificate first{made.all[0].serial_hex(), kNow - 9h, RevocationReason::superseded};
    const RevokedCertificate other{"7f", kNow - 5h, RevocationReason::unspecified};
    const CrlToBeSigned tbs =
        plan_crl({made.all[0], made.all[2]}, RevocationReason::key_compromise,
                 {crl_of(made.world, 3, {first}), crl_of(made.world, 4, {first, other})}, made.root, 100h, kNow);
    CHECK(tbs.revoked == std::vector<RevokedCertificate>{
                             first, other, {made.all[2].serial_hex(), kNow, RevocationReason::key_compromise}});
    CHECK(tbs.this_update == kNow);
    CHECK(tbs.next_update == kNow + 100h);
    CHECK(tbs.issuer == made.root.subject_der());
    CHECK(tbs.authority_key_identifier == made.root.subject_key_identifier());
    CHECK(plan_crl({}, {}, {}, made.root, std::chrono::days{400}, kNow).next_update == made.root.not_after());
}
