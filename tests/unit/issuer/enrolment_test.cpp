#include "ca/issuer/enrolment.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "ca/issuer/acceptance.hpp"
#include "ca/issuer/check.hpp"
#include "ca/issuer/intermediate.hpp"
#include "tests/unit/in_child.hpp"
#include "tests/unit/issuer/issuer_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

/// A box on which nothing was done yet.
struct NewBox {
    TemporaryFolder folder;
    Places places{folder / "etc", folder / "state"};
    IssuerFiles files{places};
    IssuerOrder order{.name = "issuer of example.org", .algorithm = {}, .key_uri = "file:key.pem"};

    NewBox() {
        make_folder(places.etc, 0755);
        make_folder(places.state, 0755);
        make_folder(places.issuer(), 0700);
    }
    [[nodiscard]] IssuerRequest request(const PassphraseSource& passphrase = {}) const {
        return request_intermediate(places, order, passphrase, kNow);
    }
};

mode_t mode_of(const Path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

std::vector<std::string> whats(const std::vector<Finding>& findings) {
    std::vector<std::string> texts;
    for (const Finding& finding : findings) {
        texts.push_back(finding.what);
    }
    return texts;
}

}  // namespace

TEST_CASE("a new issuer makes a private key, a ledger and a request for that key") {
    const NewBox box;
    const IssuerRequest made = box.request();
    CHECK(made.key_origin == Origin::made);
    CHECK(made.ledger_origin == Origin::made);
    CHECK(made.key.algorithm() == "P-256");
    CHECK(mode_of(box.files.folder / "key.pem") == 0600);
    const Csr csr = Csr::parse_pem(read_file(made.request, 65536));
    CHECK(csr.public_key() == made.key);
    CHECK(csr.common_name() == "issuer of example.org");
}

TEST_CASE("asking again keeps key and ledger") {
    NewBox box;
    const IssuerRequest first = box.request();
    const IssuerRequest second = box.request();
    CHECK(second.key_origin == Origin::found);
    CHECK(second.ledger_origin == Origin::found);
    CHECK(second.key == first.key);
    CHECK(second.log_id == first.log_id);

    box.order.algorithm = KeyAlgorithm::parse("P-384");
    CHECK(message_of([&] { return box.request(); }) == "there is a key already, and it is P-256, not P-384");
    box.order.algorithm = KeyAlgorithm::parse("P-256");
    CHECK(box.request().key == first.key);
}

TEST_CASE("with a passphrase the new key is encrypted, and no run opens it without") {
    const NewBox box;
    const PassphraseSource passphrase = [] { return Secret::copy_of("five or six random words"); };
    const IssuerRequest made = box.request(passphrase);
    CHECK(read_file(box.files.folder / "key.pem", 65536).starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    CHECK(load_issuer_key(box.places, "file:key.pem", passphrase).public_key() == made.key);
    CHECK(error_of([&] { return load_issuer_key(box.places, "file:key.pem", {}); }).kind() == ErrorKind::usage);
}

TEST_CASE("a chain is installed when nothing speaks against it, and leaves the old one alone when something does") {
    const IssuerWorld world;
    const auto accept = [&](const Chain& chain) { return accept_chain(world.places, chain, "file:key.pem", {}, kNow); };
    remove_file(world.files.chain());
    CHECK(std::holds_alternative<Refusal>(accept({pki().root})));
    CHECK_FALSE(std::filesystem::exists(world.files.chain()));
    CHECK(std::holds_alternative<std::vector<Acceptance>>(accept({pki().intermediate, pki().root})));
    CHECK(read_file(world.files.chain(), 65536) == pki().intermediate.pem());
    CHECK(std::holds_alternative<Refusal>(accept({signed_by(pki().leaf_key, pki().intermediate_tbs())})));
    CHECK(read_file(world.files.chain(), 65536) == pki().intermediate.pem());
}

TEST_CASE("nobody but the owner of the issuer's folder works in it") {
    const IssuerWorld world;
    require_owner_runs(world.places, "issue");
    CHECK(in_child([&] {
              std::filesystem::permissions(world.folder.path(), std::filesystem::perms::all);
              if (::setuid(65534) != 0) {
                  return 2;
              }
              const Error error = error_of([&] {
                  require_owner_runs(world.places, "issue");
                  return 0;
              });
              return error.kind() == ErrorKind::usage && error.hint().find("halfday issue") != std::string::npos ? 0
                                                                                                                 : 1;
          }) == 0);
    CHECK(error_of([&] {
              require_owner_runs({world.folder / "none", world.folder / "none"}, "issue");
              return 0;
          }).kind() == ErrorKind::not_found);
}

TEST_CASE("a check has nothing to say of a box that is fine") {
    IssuerWorld world;
    world.add_host("web1.example.org", {"www.example.org"});
    world.ask("web1.example.org");
    static_cast<void>(world.mint());
    CHECK(whats(check_issuer(world.places, {}, kNow)).empty());
}

TEST_CASE("a check tells everything that is wrong at once") {
    IssuerWorld world;
    world.add_host("web1.example.org", {"www.example.org"});
    write_new(world.places.settings(), "certificates: {lifetyme: 12h}\n");
    write_new(world.places.hosts() / "web2.example.org.yaml", "host: web2.example.org\n");
    write_new(world.places.hosts() / "web3.example.org.yaml", "host: web4.example.org\n");
    remove_file(world.files.chain());
    remove_file(world.files.ledger());
    const auto findings = whats(check_issuer(world.places, {}, kNow));
    REQUIRE(findings.size() == 5);
    CHECK(findings[0].find("halfday.yaml:1:16") != std::string::npos);
    CHECK(findings[1].find("web2.example.org.yaml:1:") != std::string::npos);
    CHECK(findings[2].find("web3.example.org.yaml:1:") != std::string::npos);
    CHECK(findings[3].starts_with("no intermediate was accepted yet"));
    CHECK(findings[4].starts_with("there is no ledger"));
}

TEST_CASE("a check finds a canary that is no host") {
    IssuerWorld world;
    world.add_host("web1.example.org", {"www.example.org"});
    write_new(world.places.settings(), "rollout: {canary: [web1.example.org, web2.example.org]}\n");
    CHECK(whats(check_issuer(world.places, {}, kNow)) ==
          std::vector<std::string>{"there is no host 'web2.example.org' in the inventory"});
}

TEST_CASE("a check finds the names that the intermediate does not permit, and a clock that lags") {
    IssuerWorld world;
    world.add_host("web1.example.org", {"www.example.org"});
    world.ask("web1.example.org");
    static_cast<void>(world.mint());
    world.add_host("web1.example.org", {"www.example.org", "www.example.net"});
    const auto findings = whats(check_issuer(world.places, {}, kNow - 30min));
    REQUIRE(findings.size() == 2);
    CHECK(findings[0].find(
              "certificate 'www': the intermediate permits example.org, 192.0.2.0/25, not 'www.example.net'") !=
          std::string::npos);
    CHECK(findings[1].starts_with("the clock says"));
}
