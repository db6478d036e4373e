#include "ca/root/ceremony_file.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

const NameConstraints& of_root() {
    static const NameConstraints made{{DnsName::parse("example.org")}};
    return made;
}

CeremonyOrder parse(const std::string& text) { return parse_ceremony(text, "c.yaml", "/media/stick", &of_root()); }

constexpr const char* kInit = "ceremony: init\nname: Example Root\npermit: [example.org]\n";
constexpr const char* kSign = "ceremony: sign\nrequest: request.pem\nout: /srv/chain.pem\n";

}  // namespace

TEST_CASE("a file that says nothing else gets the defaults of the flags") {
    const auto init = std::get<InitOrder>(parse(kInit));
    CHECK(init.root.name == "Example Root");
    CHECK(init.root.constraints.texts() == std::vector<std::string>{"example.org"});
    CHECK(init.root.lifetime == kRootLifetime);
    CHECK(init.algorithm.name() == "P-384");
    const auto sign = std::get<SignOrder>(parse(kSign));
    CHECK(sign.request == "/media/stick/request.pem");
    CHECK(sign.out == "/srv/chain.pem");
    CHECK(sign.intermediate.name.empty());
    CHECK(sign.intermediate.constraints == NameConstraints{});
    CHECK(sign.intermediate.lifetime == kIntermediateLifetime);
    CHECK(sign.intermediate.purpose == Purpose::server);
    CHECK(sign.windows == 1);
    CHECK(std::get<SignOrder>(parse(std::string(kSign) + "windows: 6\n")).windows == 6);
}

TEST_CASE("a file says what the flags say") {
    const auto init = std::get<InitOrder>(parse(
        std::string(kInit) + "algorithm: Ed25519\nlifetime: 20d\nexclude: [hr.example.org]\nkey: handle:0x81000001\n"));
    CHECK(init.root.constraints.excluded_texts() == std::vector<std::string>{"hr.example.org"});
    CHECK(init.key == "handle:0x81000001");
    CHECK(init.algorithm.name() == "Ed25519");
    CHECK(init.root.lifetime == std::chrono::days{20});
    const auto sign = std::get<SignOrder>(parse(
        std::string(kSign) +
        "permit: [a.example.org]\nexclude: [b.a.example.org]\nlifetime: 2d\npurpose: server+client\nname: One\n"));
    CHECK(sign.intermediate.constraints.texts() == std::vector<std::string>{"a.example.org"});
    CHECK(sign.intermediate.constraints.excluded_texts() == std::vector<std::string>{"b.a.example.org"});
    CHECK(sign.intermediate.lifetime == std::chrono::days{2});
    CHECK(sign.intermediate.purpose == Purpose::server_and_client);
    CHECK(sign.intermediate.name == "One");
}

TEST_CASE("a revocation names files beside it or serials, and says why") {
    const auto revoke =
        std::get<CrlOrder>(parse("ceremony: revoke\nout: crl.pem\ncertificates: [chain.pem, 01:AB, /srv/ab]\nreason: "
                                 "keyCompromise\nafter: l.pem\n"));
    CHECK(revoke.revoked == std::vector<std::string>{"/media/stick/chain.pem", "01:AB", "/srv/ab"});
    CHECK(revoke.reason == RevocationReason::key_compromise);
    CHECK(revoke.after == "/media/stick/l.pem");
    CHECK(revoke.next_update == kNextUpdate);
    const auto crl = std::get<CrlOrder>(parse("ceremony: crl\nout: crl.pem\nnext_update: 7d\n"));
    CHECK(crl.revoked.empty());
    CHECK(crl.after.empty());
    CHECK(crl.next_update == std::chrono::days{7});
}

TEST_CASE("a rotation names the next root's folder, and what is to be made where it has none") {
    const auto made = std::get<RotateOrder>(
        parse("ceremony: rotate\nnext: next\nout: cross.pem\nname: Next Root\npermit: [other.test]\nlifetime: 20d\n"
              "algorithm: P-256\nkey: handle:0x81000001\n"));
    CHECK(made.next == "/media/stick/next");
    CHECK(made.out == "/media/stick/cross.pem");
    CHECK(made.root.root.name == "Next Root");
    CHECK(made.root.root.constraints.texts() == std::vector<std::string>{"other.test"});
    CHECK(made.root.root.lifetime == std::chrono::days{20});
    CHECK(made.root.algorithm.name() == "P-256");
    CHECK(made.root.key == "handle:0x81000001");
    const auto there = std::get<RotateOrder>(parse("ceremony: rotate\nnext: /srv/next\nout: cross.pem\n"));
    CHECK(there.next == "/srv/next");
    CHECK(there.root.root.name.empty());
    CHECK(message_of([] { return parse("ceremony: rotate\nnext: next\nout: c.pem\npermit: [a.test]\n"); }) ==
          "c.yaml:4:1: unknown key 'permit'");
}

TEST_CASE("a root may permit what no root before it did") {
    CHECK_NOTHROW(parse("ceremony: init\nname: Next Root\npermit: [other.test]\n"));
}

TEST_CASE("whatever is wrong in a file is told with its place") {
    struct Case {
        std::string text;
        std::string message;
    };
    const std::string init = kInit;
    const std::string sign = kSign;
    const std::vector<Case> cases{
        {"", "c.yaml:1:1: nothing in it, expected a map of keys and values"},
        {"ceremony: mint\n", "c.yaml:1:11: found 'mint', expected one of init, sign, revoke, crl, rotate"},
        {"ceremony: [sign]\n", "c.yaml:1:11: found a list, expected a value"},
        {"ceremony: sign\nout: chain.pem\n", "c.yaml:1:1: the key 'request' is missing"},
        {"ceremony: init\nname: R\n", "c.yaml:1:1: the key 'permit' is missing"},
        {"ceremony: init\nname: R\npermit: []\n", "c.yaml:3:9: found no DNS name, expected at least one"},
        {"ceremony: init\nname: R\npermit: [192.0.2.0/24]\n", "c.yaml:3:9: found no DNS name, expected at least one"},
        {init + "request: request.pem\n", "c.yaml:4:1: unknown key 'request'"},
        {init + "key: nowhere\n",
         "c.yaml:4:6: a key's URI: 'nowhere' is none of 'file:PATH', 'pkcs11:…' and 'handle:0x81…'"},
        {init + "lifetime: 1h\n", "c.yaml:4:11: a lifetime of 1h is not more than 1h and at most 36525d"},
        {"ceremony: revoke\nout: crl.pem\nreason: superseded\n", "c.yaml:1:1: the key 'certificates' is missing"},
        {"ceremony: revoke\nout: crl.pem\ncertificates: [a.pem]\n", "c.yaml:1:1: the key 'reason' is missing"},
        {"ceremony: revoke\nout: crl.pem\ncertificates: []\n",
         "c.yaml:3:15: found no certificate, expected at least one"},
        {"ceremony: crl\nout: crl.pem\ncertificates: [a.pem]\n", "c.yaml:3:1: unknown key 'certificates'"},
        {sign + "algorithm: P-384\n", "c.yaml:4:1: unknown key 'algorithm'"},
        {sign + "name: \" \\t\"\n", "c.yaml:4:7: the name ' \\x09' is not 1 to 64 printable ASCII characters"},
        {sign + "permit:\n  - example.org\n  - example.net\n",
         "c.yaml:6:5: 'example.net' is outside what the root permits"},
        {init + "exclude: [hr.exmaple.org]\n",
         "c.yaml:4:10: 'hr.exmaple.org' is excluded, and nothing of it is permitted"},
        {init + "exclude: [\"*.example.org\"]\n",
         "c.yaml:4:11: '*.example.org' is no domain that can be permitted or excluded"},
        {sign + "exclude: [example.org]\n", "c.yaml:4:10: 'example.org' is permitted, and excluded"},
        {sign + "exclude: [example.net]\n", "c.yaml:4:10: 'example.net' is excluded, and nothing of it is permitted"},
    };
    for (const Case& each : cases) {
        INFO(each.text);
        CHECK(message_of([&] { return parse(each.text); }) == each.message);
    }
}
