#include "ca/issuer/leaf.hpp"

#include "ca/issuer/intermediate.hpp"
#include "tests/unit/issuer/issuer_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

Intermediate intermediate(const IssuerWorld& world) {
    return load_intermediate(world.places, "file:key.pem", {}, kNow);
}

LeafProfile profile(std::string_view name) { return {{dns(name)}, Validity::from(kNow - 30min, 12h)}; }

}  // namespace

TEST_CASE("a leaf is what its profile says, for the key that asked, and verifies") {
    const IssuerWorld world;
    const Intermediate signer = intermediate(world);
    const auto leaf = std::get<Certificate>(make_leaf(profile("www.example.org"), pki().leaf_key.public_key(), signer));
    CHECK(leaf.public_key() == pki().leaf_key.public_key());
    CHECK(leaf.names() == std::vector<GeneralName>{dns("www.example.org")});
    CHECK(Serial::parse(leaf.serial_hex()).hex() == leaf.serial_hex());
    require_verifies(leaf, signer, kNow);
    const auto next = std::get<Certificate>(make_leaf(profile("www.example.org"), pki().leaf_key.public_key(), signer));
    CHECK(next.serial_hex() != leaf.serial_hex());
}

TEST_CASE("what the lint finds is not signed") {
    const IssuerWorld world;
    const auto decision = make_leaf(profile("www.example.net"), pki().leaf_key.public_key(), intermediate(world));
    REQUIRE(std::holds_alternative<Refusal>(decision));
    CHECK(std::get<Refusal>(decision).text().find("www.example.net") != std::string::npos);
}

TEST_CASE("a certificate that no client would take stops the run that made it") {
    const IssuerWorld world;
    const Intermediate signer = intermediate(world);
    const Certificate forged = signed_by(pki().leaf_key, pki().leaf_tbs());
    const auto verify = [&](const Certificate& leaf, Time now) {
        require_verifies(leaf, signer, now);
        return 0;
    };
    CHECK(error_of([&] { return verify(forged, kNow); }).kind() == ErrorKind::io);
    const Certificate leaf = signed_by(pki().intermediate_key, pki().leaf_tbs());
    CHECK(verify(leaf, kNow) == 0);
    CHECK(error_of([&] { return verify(leaf, kNow + 12h); }).kind() == ErrorKind::io);
}
