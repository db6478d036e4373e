// Where a unit is given the passphrase of the issuer's key.

#include "ca/doctor/unit_credential.hpp"

#include <catch2/catch.hpp>

using namespace halfday;

TEST_CASE("the file of the passphrase is the last that the unit names, if it is one that root can read") {
    struct Row {
        const char* unit;
        std::optional<Path> file;
    };
    for (const Row& row : {
             Row{"", std::nullopt},
             Row{"[Service]\nUser=halfday-issuer\n", std::nullopt},
             Row{"[Service]\nLoadCredential=issuer-passphrase:/etc/halfday/issuer.pin\n", "/etc/halfday/issuer.pin"},
             Row{"LoadCredential=issuer-passphrase:/a\nLoadCredential=issuer-passphrase:/b", "/b"},
             Row{"LoadCredential=issuer-passphrase:/a\nLoadCredential=other:/b\n", "/a"},
             Row{"LoadCredential=issuer-passphrase:/a\nLoadCredential=\n", std::nullopt},
             Row{"LoadCredential=issuer-passphrase:named-credential\n", std::nullopt},
             Row{"LoadCredential=issuer-passphrase\n", std::nullopt},
             Row{"#LoadCredential=issuer-passphrase:/a\n", std::nullopt},
             Row{"LoadCredentialEncrypted=issuer-passphrase:/a\n", std::nullopt},
         }) {
        CAPTURE(row.unit);
        CHECK(credential_file(row.unit) == row.file);
    }
}
