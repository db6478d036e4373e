#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <vector>

#include "ca/issuer/check.hpp"
#include "ca/issuer/ledger.hpp"
#include "tests/unit/issuer/issuer_world.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

const std::vector<std::string> kBound = {"sequence",       "at",           "host",         "entry",     "request_id",
                                         "request_sha256", "serial",       "not_before",   "not_after", "names",
                                         "certificate",    "intermediate", "previous_hash"};

/// An issuer that has minted for three hosts, and somebody who may write to its ledger and knows the format.
struct Tampered {
    IssuerWorld world;

    Tampered() {
        for (const char* host : {"a.example.org", "b.example.org", "c.example.org"}) {
            world.add_host(host, {host});
            world.ask(host);
        }
        static_cast<void>(world.mint());
        sql("DROP TRIGGER certificates_never_change");
    }
    void sql(const std::string& statement) const {
        SQLite::Database(world.files.ledger().string(), SQLite::OPEN_READWRITE).exec(statement);
    }
    /// Makes the hash of `sequence` anew: each column's length, a colon, its bytes.
    void rehash(int sequence) const {
        SQLite::Database database(world.files.ledger().string(), SQLite::OPEN_READWRITE);
        std::string bytes;
        for (const std::string& column : kBound) {
            const std::string value =
                database
                    .execAndGet("SELECT CAST(" + column +
                                " AS BLOB) FROM certificates WHERE sequence = " + std::to_string(sequence))
                    .getString();
            bytes += std::to_string(value.size()) + ":" + value;
        }
        database.exec("UPDATE certificates SET hash = '" + sha256_hex(bytes) +
                      "' WHERE sequence = " + std::to_string(sequence));
    }
    [[nodiscard]] std::string fault() const {
        const Verdict verdict = world.ledger().verify();
        return verdict ? verdict->text() : "";
    }
};

}  // namespace

TEST_CASE("a row's hash is over the lengths and bytes of its columns, and nothing else") {
    const Tampered tampered;
    const LedgerHead before = tampered.world.ledger().head();
    tampered.rehash(3);
    CHECK(tampered.world.ledger().head().hash == before.hash);
    CHECK(tampered.fault().empty());
}

TEST_CASE("every column of a row is under its hash") {
    const std::vector<std::string> changes = {"at = at + 1",
                                              "host = host || 'x'",
                                              "entry = 'x'",
                                              "request_id = 'x'",
                                              "request_sha256 = 'x'",
                                              "serial = 'x'",
                                              "not_before = 0",
                                              "not_after = 0",
                                              "names = 'x.example'",
                                              "certificate = (SELECT certificate FROM certificates WHERE sequence = 3)",
                                              "hash = 'x'"};
    for (const std::string& change : changes) {
        CAPTURE(change);
        const Tampered tampered;
        tampered.sql("UPDATE certificates SET " + change + " WHERE sequence = 2");
        CHECK(tampered.fault() == "row 2 was changed");
    }
}

TEST_CASE("who makes the hash anew as well is found by the next row, or by the row's own certificate") {
    {
        const Tampered tampered;
        tampered.sql("UPDATE certificates SET host = 'evil.example' WHERE sequence = 2");
        tampered.rehash(2);
        CHECK(tampered.fault() == "row 3 is not bound to the row before it");
    }
    for (const char* change :
         {"serial = 'x'", "names = 'evil.example'", "not_before = not_before + 1", "not_after = not_after + 1"}) {
        CAPTURE(change);
        const Tampered tampered;
        tampered.sql(std::string("UPDATE certificates SET ") + change + " WHERE sequence = 3");
        tampered.rehash(3);
        CHECK(tampered.fault() == "row 3 says other things than its certificate");
    }
}

TEST_CASE("a check finds what was changed in the middle of the ledger, which no run looks at") {
    const Tampered tampered;
    tampered.sql("UPDATE certificates SET host = 'evil.example' WHERE sequence = 2");
    CHECK(tampered.world.mint().refused.empty());
    const auto findings = check_issuer(tampered.world.places, {}, kNow);
    REQUIRE(findings.size() == 1);
    CHECK(findings.front().what.ends_with("is damaged: row 2 was changed"));
}
