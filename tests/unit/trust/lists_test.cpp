#include <catch2/catch.hpp>

#include "distribute/trust/java_list.hpp"
#include "distribute/trust/nss_list.hpp"
#include "tests/unit/x509/certificates.hpp"

namespace halfday::test {

TEST_CASE("certutil's list is read whatever the nicknames are") {
    const auto entries = parse_nss_list(
        "\n"
        "Certificate Nickname                                         Trust Attributes\n"
        "                                                             SSL,S/MIME,JAR/XPI\n"
        "\n"
        "halfday-0123456789abcdef                                     C,,  \n"
        "Our root, the second (C,,)                                   ,,   \n"
        "a nickname that is so long that it goes past the column of the trust attributes CT,C,C\n"
        "client                                                       u,u,u\n"
        "peer                                                         T,Cp,w\n");
    CHECK(entries == std::vector<NssEntry>{
                         {"halfday-0123456789abcdef", "C,,"},
                         {"Our root, the second (C,,)", ",,"},
                         {"a nickname that is so long that it goes past the column of the trust attributes", "CT,C,C"},
                         {"client", "u,u,u"},
                         {"peer", "T,Cp,w"},
                     });
    std::vector<bool> roots;
    for (const NssEntry& entry : entries) roots.push_back(entry.is_server_root());
    CHECK(roots == std::vector<bool>{true, false, true, false, false});
    CHECK(parse_nss_list("").empty());
}

TEST_CASE("keytool's list tells every alias that trusts the root, and no private key's chain") {
    const World world;
    const Certificate root = signed_by(world.root_key, world.root());
    const Certificate other = signed_by(world.intermediate_key, world.intermediate());
    const auto entry = [](const char* alias, const char* kind, const std::string& pem) {
        return std::string("Alias name: ") + alias + "\nCreation date: Nov 24, 2026\nEntry type: " + kind + "\n\n" +
               pem + "\n\n*******************************************\n\n";
    };
    const std::string list = "Keystore type: JKS\n\nYour keystore contains 4 entries\n\n" +
                             entry("debian:other.pem", "trustedCertEntry", other.pem()) +
                             entry("our own root", "trustedCertEntry", root.pem()) +
                             entry("server", "PrivateKeyEntry", other.pem() + "Certificate[2]:\n" + root.pem()) +
                             entry("halfday-0123456789abcdef", "trustedCertEntry", root.pem());
    CHECK(java_aliases(list, root) == std::vector<std::string>{"our own root", "halfday-0123456789abcdef"});
    CHECK(java_aliases(list, other) == std::vector<std::string>{"debian:other.pem"});
    CHECK(java_aliases("", root).empty());
}

}  // namespace halfday::test
