#include "ca/exchange/ledger_export.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <variant>

#include "ca/exchange/inventory.hpp"
#include "ca/issuer/ledger_key.hpp"
#include "tests/unit/issuer/issuer_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

/// An issuer that minted for three hosts, one a minute.
struct Fixture {
    IssuerWorld world;
    Fixture() {
        int minute = 0;
        for (const char* host : {"web1.example.org", "web2.example.org", "web3.example.org"}) {
            world.add_host(host, {host});
            world.ask(host);
            static_cast<void>(world.mint(kNow + std::chrono::minutes{++minute}));
        }
    }

    [[nodiscard]] std::vector<std::string> lines() const {
        std::vector<std::string> exported;
        const Ledger ledger = world.ledger();
        const auto key = find_ledger_key(world.places);
        ledger.export_rows(
            [&](const LedgerHead& head) { exported.push_back(export_line(head, sign_head(head, *key, kNow))); },
            [&](const std::string& line) { exported.push_back(line); });
        return exported;
    }
};

ExportFacts read(const std::vector<std::string>& lines, const ExportQuestions& questions = {}) {
    std::size_t at = 0;
    return read_export(
        [&]() -> std::optional<std::string> {
            if (at == lines.size()) return std::nullopt;
            return lines[at++];
        },
        questions);
}

std::string changed(std::string line, const std::string& from, const std::string& to) {
    REQUIRE(line.find(from) != std::string::npos);
    return line.replace(line.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("an export is read as the ledger has it, and answers what is asked") {
    const Fixture issuer;
    const Ledger ledger = issuer.world.ledger();
    const auto rows = ledger.find({});
    REQUIRE(rows.size() == 3);
    const ExportFacts facts = read(issuer.lines(), {{0, 2, 3, 9}, {rows[0].serial, "ff"}});
    CHECK(facts.fault.empty());
    CHECK(facts.head == ledger.head());
    CHECK(facts.key == identity_text(find_ledger_key(issuer.world.places)->public_key()));
    CHECK(facts.hashes.size() == 3);
    CHECK(facts.hashes.at(0) == genesis_hash(ledger.log_id()));
    CHECK(facts.hashes.at(3) == ledger.head().hash);
    CHECK(facts.serials == std::set<std::string>{rows[0].serial});
}

TEST_CASE("an export that was changed contradicts itself") {
    const Fixture issuer;
    const std::vector<std::string> good = issuer.lines();
    const auto fault_with = [&](std::size_t line, const std::string& from, const std::string& to) {
        std::vector<std::string> lines = good;
        lines[line] = changed(lines[line], from, to);
        return read(lines).fault;
    };
    CHECK(fault_with(2, "web2.example.org", "web9.example.org") == "row 2 was changed");
    CHECK(fault_with(2, R"("entry":"www")", R"("entry":"api")") == "row 2 was changed");
    CHECK(fault_with(3, R"("sequence":3)", R"("sequence":4)") == "row 4 follows row 2");
    CHECK(fault_with(1, R"("chain":")", R"("chain":"x)").find("line 2: 'chain'") == 0);
    CHECK(fault_with(0, R"("size":3)", R"("size":4)") == "its signed head is of another ledger or another size");
    std::vector<std::string> cut(good.begin(), good.end() - 1);
    CHECK(read(cut).fault == "it has 2 rows, and says that it has 3");
    CHECK(error_of([&] { return read({"{}"}); }).kind() == ErrorKind::corrupt);
    CHECK(error_of([&] { return read({}); }).kind() == ErrorKind::corrupt);
}

TEST_CASE("the ledger is searched by all that a row has, the newest first") {
    const Fixture issuer;
    const Ledger ledger = issuer.world.ledger();
    const auto hosts_of = [&](const LedgerQuery& query) {
        std::string hosts;
        for (const LedgerRow& row : ledger.find(query)) hosts += row.host.substr(0, 4) + " ";
        return hosts;
    };
    const std::string serial = ledger.find({.host = host_name("web2.example.org")}).front().serial;
    CHECK(hosts_of({}) == "web3 web2 web1 ");
    CHECK(hosts_of({.most = 2}) == "web3 web2 ");
    CHECK(hosts_of({.host = host_name("web1.example.org")}) == "web1 ");
    CHECK(hosts_of({.name = dns("web3.example.org")}) == "web3 ");
    CHECK(hosts_of({.name = dns("example.org")}).empty());
    CHECK(hosts_of({.serial = serial.substr(0, 20)}) == "web2 ");
    CHECK(hosts_of({.serial = serial + "0"}).empty());
    CHECK(hosts_of({.since = kNow + 2min}) == "web3 web2 ");
    CHECK(hosts_of({.until = kNow + 2min}) == "web2 web1 ");
    CHECK(hosts_of({.host = host_name("web1.example.org"), .since = kNow + 2min}).empty());
}

TEST_CASE("a run publishes the ledger's head, signed by a key of its own, and only when it changed") {
    const Fixture issuer;
    const auto head = issuer.world.spool.head();
    REQUIRE(head);
    const auto opened = open_head(*head);
    REQUIRE(std::holds_alternative<SignedHead>(opened));
    CHECK(std::get<SignedHead>(opened).head == issuer.world.ledger().head());
    CHECK(std::get<SignedHead>(opened).at == kNow + 3min);
    const auto permissions = std::filesystem::status(issuer.world.files.ledger_key()).permissions();
    CHECK((permissions & std::filesystem::perms::all) == std::filesystem::perms(0600));

    static_cast<void>(issuer.world.mint(kNow + 10min));
    CHECK(issuer.world.spool.head() == head);
    replace_file(issuer.world.places.exchange() / "chains" / "ledger_head.jws", "rubbish");
    static_cast<void>(issuer.world.mint(kNow + 11min));
    REQUIRE(std::holds_alternative<SignedHead>(open_head(issuer.world.spool.head().value())));
    CHECK(issuer.world.spool.head() != head);
}

TEST_CASE("a ledger key that can't be used is a warning, and certificates are issued all the same") {
    IssuerWorld world;
    world.add_host("web1.example.org", {"web1.example.org"});
    world.ask("web1.example.org");
    replace_file(world.files.ledger_key(), "rubbish");
    const MintReport report = world.mint(kNow);
    CHECK(report.minted.size() == 1);
    REQUIRE(report.warnings.size() == 1);
    CHECK(report.warnings[0].find("the ledger's head is not published") == 0);
}
