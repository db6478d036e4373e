#include "ca/sign/signer.hpp"

#include <type_traits>

#include "tests/unit/error_of.hpp"
#include "tests/unit/sign/signed_world.hpp"

using namespace halfday;
using namespace halfday::test;

// What was linted is signed once, and nothing else can be: these are promises that the compiler keeps.
static_assert(!std::is_copy_constructible_v<LintedCertificate>);
static_assert(!std::is_default_constructible_v<LintedCertificate>);
static_assert(!std::is_constructible_v<LintedCertificate, std::string, std::string, std::string>);
static_assert(!std::is_invocable_v<decltype(sign_certificate), LintedCertificate&, const PrivateKey&>);
static_assert(!std::is_invocable_v<decltype(sign_certificate), ToBeSigned, const PrivateKey&>);

TEST_CASE("what was linted is signed as it was, by its issuer") {
    const SignedWorld world;
    const ToBeSigned tbs = world.leaf_tbs();
    const Certificate leaf = issue(tbs, ProfileKind::leaf, &world.intermediate, world.intermediate_key);
    const std::string content = encode_tbs(tbs);
    CHECK(leaf.der().find(content) == 4);
    CHECK(leaf.serial_hex() == tbs.serial.hex());
}

TEST_CASE("no other key signs what was linted, not even one of the same kind") {
    const SignedWorld world;
    for (const char* algorithm : {"P-256", "P-384"}) {
        auto linted = std::get<LintedCertificate>(lint(world.leaf_tbs(), ProfileKind::leaf, &world.intermediate));
        const Error error = error_of([&] { return sign_certificate(std::move(linted), new_key(algorithm)); });
        CHECK(error.kind() == ErrorKind::usage);
        CHECK(std::string(error.what()) == "the signing key is not the issuer's");
    }
}

TEST_CASE("a certificate that was moved out can't be signed again") {
    const SignedWorld world;
    auto linted = std::get<LintedCertificate>(lint(world.leaf_tbs(), ProfileKind::leaf, &world.intermediate));
    static_cast<void>(sign_certificate(std::move(linted), world.intermediate_key));
    CHECK_THROWS_AS(sign_certificate(std::move(linted), world.intermediate_key), Error);  // NOLINT: the very misuse
}
