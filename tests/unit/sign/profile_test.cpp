#include "ca/sign/profile.hpp"

#include "ca/base/escape.hpp"
#include "ca/x509/chain.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/sign/signed_world.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

struct Written {
    std::string oid;
    bool critical;
    std::string hex;
    bool operator==(const Written&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Written& written) {
    return out << written.oid << (written.critical ? " critical " : " ") << written.hex;
}

std::vector<Written> written(const Certificate& certificate) {
    std::vector<Written> all;
    for (const Extension& extension : certificate.extensions()) {
        all.push_back({extension.oid, extension.critical, to_hex(extension.value)});
    }
    return all;
}

std::string identifier(const PrivateKey& key) { return to_hex(key_identifier(key.public_key().spki())); }

/// All IPv6 addresses, as an excluded subtree.
std::string no_ipv6() { return "a12430228720" + std::string(64, '0'); }

}  // namespace

TEST_CASE("a root has exactly the extensions of section 5") {
    const SignedWorld world;
    CHECK(written(world.root) == std::vector<Written>{
                                     {"2.5.29.19", true, "30030101ff"},
                                     {"2.5.29.15", true, "03020106"},
                                     {"2.5.29.14", false, "0414" + identifier(world.root_key)},
                                     {"2.5.29.35", false, "30168014" + identifier(world.root_key)},
                                     {"2.5.29.30", true,
                                      "3050a04e300d820b" + to_hex("example.org") + "300d820b" + to_hex("example.net") +
                                          "300a8708c0000200ffffff00" + "3022872020010db8" + std::string(24, '0') +
                                          "ffffffff" + std::string(24, '0')},
                                 });
    CHECK(world.root.subject() == "CN=Example Root");
    CHECK(world.root.issuer_der() == world.root.subject_der());
}

TEST_CASE("an intermediate has exactly the extensions of section 5") {
    const SignedWorld world;
    CHECK(written(world.intermediate) ==
          std::vector<Written>{
              {"2.5.29.19", true, "30060101ff020100"},
              {"2.5.29.15", true, "03020106"},
              {"2.5.29.37", false, "300a06082b06010505070301"},
              {"2.5.29.14", false, "0414" + identifier(world.intermediate_key)},
              {"2.5.29.35", false, "30168014" + identifier(world.root_key)},
              {"2.5.29.30", true, "3043a01b300d820b" + to_hex("example.org") + "300a8708c0000200ffffff80" + no_ipv6()},
          });
    CHECK(world.intermediate.subject() == "CN=Example Issuer");
    CHECK(world.intermediate.issuer() == "CN=Example Root");
}

TEST_CASE("a server certificate has exactly the extensions of section 5, and no subject") {
    const SignedWorld world;
    const Certificate leaf = issue(world.leaf_tbs(), ProfileKind::leaf, &world.intermediate, world.intermediate_key);
    CHECK(written(leaf) ==
          std::vector<Written>{
              {"2.5.29.19", true, "3000"},
              {"2.5.29.15", true, "03020780"},
              {"2.5.29.37", false, "300a06082b06010505070301"},
              {"2.5.29.17", true, "301e820f" + to_hex("www.example.org") + "820b" + to_hex("example.org")},
              {"2.5.29.35", false, "30168014" + identifier(world.intermediate_key)},
              {"2.5.29.56", false, "0500"},
          });
    CHECK(leaf.subject_der() == std::string("\x30\x00", 2));
    CHECK(leaf.issuer() == "CN=Example Issuer");
    CHECK(leaf.public_key() == world.leaf_key.public_key());
}

TEST_CASE("a validity counts both its ends: 12 h is 11:59:59 later") {
    const Validity validity = Validity::from(parse_time("2026-11-24T11:30:00Z"), std::chrono::hours{12});
    CHECK(format_time(validity.not_after) == "2026-11-24T23:29:59Z");
}

TEST_CASE("a chain of every pair of algorithms verifies to its root") {
    struct Case {
        const char* root;
        const char* intermediate;
        const char* leaf;
    };
    const Case cases[] = {
        {"P-384", "P-256", "P-256"},
        {"P-256", "P-384", "Ed25519"},
        {"Ed25519", "Ed25519", "P-384"},
        {"RSA-3072", "P-256", "P-256"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.root, c.intermediate, c.leaf);
        const SignedWorld world{new_key(c.root), new_key(c.intermediate), new_key(c.leaf)};
        const Certificate leaf =
            issue(world.leaf_tbs(), ProfileKind::leaf, &world.intermediate, world.intermediate_key);
        CHECK_FALSE(verify_chain({leaf, world.intermediate}, {world.root}, ChainPurpose::server, kNow));
        CHECK_FALSE(verify_chain({world.intermediate}, {world.root}, ChainPurpose::certificate_authority, kNow));
    }
}
