#include "ca/x509/chain.hpp"

#include "ca/x509/pem.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/x509/certificates.hpp"

using namespace halfday;
using namespace halfday::test;

TEST_CASE("a chain reads back from PEM, with lines between its certificates") {
    const World world;
    const Chain chain = {signed_by(world.intermediate_key, world.leaf()),
                         signed_by(world.root_key, world.intermediate())};
    CHECK(parse_chain(to_pem(chain)) == chain);
    CHECK(parse_chain("Request: 0c5f\n" + to_pem(chain)) == chain);
    CHECK(parse_chain("Request: 0c5f\r\n" + chain[0].pem() + "\n\n# issuer\n" + chain[1].pem() + "\n") == chain);
}

TEST_CASE("a chain has 1 to 8 certificates, whole and nothing else") {
    const World world;
    const Certificate root = signed_by(world.root_key, world.root());
    const std::string pem = root.pem();
    CHECK(parse_chain(to_pem(Chain(8, root))).size() == 8);
    const std::string cases[] = {
        "",
        "Request: 0c5f\n",
        to_pem(Chain(9, root)),
        pem + "-----BEGIN CERTIFICATE-----\n",
        pem + "-----END CERTIFICATE-----\n",
        pem + "----- text\n",
        pem + x509::write_pem("X509 CRL", root.der()),
        std::string(pem).replace(pem.rfind("CERTIFICATE"), 11, "X509 CRL"),
        pem.substr(pem.find('\n') + 1),
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END X509 CRL-----\n",
        "-----BEGIN CERTIFICATE----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN -----\nAAAA\n-----END -----\n",
        std::string(400'000, '\n') + pem,
    };
    for (const std::string& text : cases) {
        CAPTURE(text.substr(0, 2000));
        CHECK(error_of([&] { return parse_chain(text); }).kind() == ErrorKind::corrupt);
    }
}
