#include "distribute/trust/root_check.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "tests/unit/x509/certificates.hpp"

namespace halfday::test {
namespace {

/// A root that `spoil` changed, signed by its own key.
Certificate root_with(const std::function<void(ToBeSigned&)>& spoil) {
    const World world;
    ToBeSigned tbs = world.root();
    spoil(tbs);
    return signed_by(world.root_key, tbs);
}

std::string refusal(const Certificate& certificate, Constraints constraints) {
    const Verdict verdict = check_root(certificate, constraints, kNow);
    return verdict ? verdict->text() : "";
}

}  // namespace

TEST_CASE("a root is trusted when it is self-signed, an authority's, in time and constrained") {
    const std::string any_name = ", so whoever has its key could speak for any name, a bank's too";
    struct Case {
        const char* what;
        std::function<void(ToBeSigned&)> spoil;
        std::string constrained;    // what is said where constraints are required
        std::string unconstrained;  // and where not
    };
    const Case cases[] = {
        {"a root as halfday makes it", [](ToBeSigned&) {}, "", ""},
        {"without constraints", [](ToBeSigned& tbs) { remove(tbs, oid::kNameConstraints); },
         "it has no name constraints" + any_name, ""},
        {"with constraints of another form",
         [](ToBeSigned& tbs) {
             replace(tbs, {std::string(oid::kNameConstraints), true, "\x30\x02\x30"});
         },
         "it has malformed name constraints" + any_name, ""},
        {"issued by another", [](ToBeSigned& tbs) { tbs.issuer = encode_name("Other"); },
         "it is no root: 'CN=Other' signed it", "it is no root: 'CN=Other' signed it"},
        {"of no authority", [](ToBeSigned& tbs) { replace(tbs, basic_constraints_leaf()); },
         "it is not the certificate of an authority", "it is not the certificate of an authority"},
        {"that has ended", [](ToBeSigned& tbs) { tbs.not_after = kNow - Seconds{1}; }, "it ended 2026-11-24T11:59:59Z",
         "it ended 2026-11-24T11:59:59Z"},
        {"in its last second", [](ToBeSigned& tbs) { tbs.not_after = kNow; }, "", ""},
    };
    for (const Case& each : cases) {
        CAPTURE(each.what);
        const Certificate root = root_with(each.spoil);
        CHECK(refusal(root, Constraints::required) == each.constrained);
        CHECK(refusal(root, Constraints::unneeded) == each.unconstrained);
    }
}

TEST_CASE("a certificate that names itself but that another key signed is no root") {
    const World world;
    const Certificate forged = signed_by(new_key(), world.root());
    CHECK(refusal(forged, Constraints::unneeded) == "it is no root: 'CN=Root' signed it");
}

}  // namespace halfday::test
