#include "ca/sign/crl_lint.hpp"

#include <functional>
#include <variant>

#include "ca/sign/signer.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/x509/crls.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

const World& world() {
    static const World kWorld;
    return kWorld;
}

const Certificate& root() {
    static const Certificate kRoot = signed_by(world().root_key, world().root());
    return kRoot;
}

CrlToBeSigned good() {
    return {.signature_algorithm = world().root_key.signature_algorithm(),
            .issuer = root().subject_der(),
            .authority_key_identifier = root().subject_key_identifier(),
            .number = 8,
            .this_update = kNow,
            .next_update = kNow + 100h,
            .revoked = {{"7f", kNow}}};
}

std::vector<Crl> before() { return {crl_of(world(), 7, {{"7f", kNow}})}; }

}  // namespace

TEST_CASE("a CRL is refused for each thing that is wrong with it") {
    struct Row {
        std::function<void(CrlToBeSigned&)> spoil;
        std::string reason;
    };
    const Row rows[] = {
        {[](CrlToBeSigned&) {}, ""},
        {[](CrlToBeSigned& tbs) { tbs.issuer = encode_name("Other"); }, "its issuer's name is not the root's"},
        {[](CrlToBeSigned& tbs) { tbs.authority_key_identifier = "k"; },
         "its authority key identifier is not the root's"},
        {[](CrlToBeSigned& tbs) { tbs.signature_algorithm = new_key("Ed25519").signature_algorithm(); },
         "its signature algorithm is not that of the root's key"},
        {[](CrlToBeSigned& tbs) { tbs.next_update = tbs.this_update; }, "its nextUpdate is not after its thisUpdate"},
        {[](CrlToBeSigned& tbs) { tbs.next_update = root().not_after() + 1s; },
         "its nextUpdate is 2027-11-24T12:00:01Z, after the root's end at 2027-11-24T12:00:00Z"},
        {[](CrlToBeSigned& tbs) { tbs.number = 7; }, "its number 7 is not greater than that of the one before, 7"},
        {[](CrlToBeSigned& tbs) { tbs.revoked.clear(); }, "7f was revoked, and would not be any more"},
        {[](CrlToBeSigned& tbs) {
             tbs.revoked.push_back({"7f", kNow});
         },
         "it has the serial number 7f twice"},
        {[](CrlToBeSigned& tbs) {
             for (int at = 0; at < 1000; ++at) tbs.revoked.push_back({"00" + std::to_string(at), kNow});
         },
         "it has more than 1000 certificates"},
    };
    for (const Row& row : rows) {
        CrlToBeSigned tbs = good();
        row.spoil(tbs);
        const auto decision = lint_crl(tbs, root(), before());
        const auto* refusal = std::get_if<Refusal>(&decision);
        CHECK((refusal == nullptr ? "" : refusal->text()) == row.reason);
    }
}

TEST_CASE("what was linted is signed by the root's key alone, and verifies") {
    const Crl crl = sign_crl(std::get<LintedCrl>(lint_crl(good(), root(), before())), world().root_key);
    CHECK(crl.number() == 8);
    CHECK(crl.revoked() == good().revoked);
    CHECK(crl_problem(crl, root()) == std::nullopt);
    CHECK(error_of([] {
              return sign_crl(std::get<LintedCrl>(lint_crl(good(), root(), {})), world().intermediate_key);
          }).kind() == ErrorKind::usage);
}
