#include "ca/issuer/head_check.hpp"

#include <catch2/catch.hpp>

#include "ca/exchange/snapshot.hpp"
#include "ca/issuer/check.hpp"
#include "tests/unit/issuer/issuer_world.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

const std::string kLog(32, 'a');
const std::string kOtherLog(32, 'b');
const std::string kHash(64, '1');
const std::string kOtherHash(64, '2');

std::optional<SignedHead> published(const LedgerHead& head) {
    return SignedHead{head, "ed25519:key", parse_time("2026-11-24T12:00:00Z"), "text"};
}

/// An issuer that has minted two certificates, one run each, and a copy of its ledger between them.
struct TwoRuns {
    IssuerWorld world;
    Path older = world.folder / "older.db";

    TwoRuns() {
        world.add_host("a.example.org", {"a.example.org"});
        mint("a.example.org");
        world.ledger().copy_to(older);
        world.add_host("b.example.org", {"b.example.org"});
        mint("b.example.org");
    }
    void mint(const std::string& host) const {
        world.ask(host);
        REQUIRE(world.mint().minted.size() == 1);
    }
    void put_older_back() const {
        for (const char* ending : {"", "-wal", "-shm"}) {
            std::filesystem::remove(world.files.ledger().string() + ending);
        }
        std::filesystem::copy_file(older, world.files.ledger());
    }
    void publish(const LedgerHead& head, const PrivateKey& key) const {
        world.spool.publish_head(sign_head(head, key, kNow));
    }
    [[nodiscard]] std::string fault() const {
        const auto found = head_fault(world.places, world.ledger());
        return found ? found->what : "";
    }
};

constexpr const char* kLost =
    "the ledger has 1 rows, and the head that this issuer published at 2026-11-24T12:00:00Z has 2: rows are lost";

}  // namespace

TEST_CASE("a ledger is held against the head that was published last") {
    struct Row {
        const char* what;
        std::optional<SignedHead> published;
        LedgerHead ledger;
        std::optional<std::string> there;
        std::string fault;
    };
    const Row rows[] = {
        {"no head", std::nullopt, {kLog, 7, kHash}, std::nullopt, ""},
        {"the same", published({kLog, 7, kHash}), {kLog, 7, kHash}, kHash, ""},
        {"an empty ledger's", published({kLog, 0, kHash}), {kLog, 0, kHash}, kHash, ""},
        {"a ledger that grew after it", published({kLog, 5, kHash}), {kLog, 7, kOtherHash}, kHash, ""},
        {"a head within an archive", published({kLog, 5, kHash}), {kLog, 7, kOtherHash}, std::nullopt, ""},
        {"another log's", published({kOtherLog, 9, kHash}), {kLog, 7, kOtherHash}, std::nullopt, ""},
        {"one row less",
         published({kLog, 8, kHash}),
         {kLog, 7, kHash},
         std::nullopt,
         "the ledger has 7 rows, and the head that this issuer published at 2026-11-24T12:00:00Z has 8: rows are lost"},
        {"none left",
         published({kLog, 8, kHash}),
         {kLog, 0, kOtherHash},
         std::nullopt,
         "the ledger has 0 rows, and the head that this issuer published at 2026-11-24T12:00:00Z has 8: rows are lost"},
        {"another last row",
         published({kLog, 7, kHash}),
         {kLog, 7, kOtherHash},
         kOtherHash,
         "the ledger's row 7 is another than when this issuer published its head at 2026-11-24T12:00:00Z: history was "
         "changed"},
        {"another row before the last",
         published({kLog, 5, kHash}),
         {kLog, 7, kHash},
         kOtherHash,
         "the ledger's row 5 is another than when this issuer published its head at 2026-11-24T12:00:00Z: history was "
         "changed"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto fault = head_fault(row.published, row.ledger, row.there);
        CHECK((fault ? fault->what : "") == row.fault);
        if (fault) {
            CHECK(fault->hint.find("docs/runbooks/issuer-lost.md") != std::string::npos);
        }
    }
}

TEST_CASE("nothing is issued, planned or found fine when the ledger is older than its head, and status says so") {
    TwoRuns runs;
    CHECK(runs.fault().empty());
    runs.put_older_back();
    CHECK(runs.fault() == kLost);
    runs.world.add_host("c.example.org", {"c.example.org"});
    runs.world.ask("c.example.org");
    CHECK(message_of([&] { return runs.world.mint(); }) == kLost);
    CHECK(message_of([&] { return plan_mint(runs.world.places, {}, kNow); }) == kLost);
    CHECK(runs.world.ledger().head().size == 1);
    CHECK_FALSE(runs.world.published("c.example.org"));
    CHECK(read_issuer_snapshot(runs.world.places.issuer_snapshot())
              ->problem.starts_with(kLost + std::string("; next: ")));
    const auto findings = check_issuer(runs.world.places, {}, kNow);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].what == kLost);
}

TEST_CASE("a head that is missing, damaged or another key's holds nothing back") {
    const TwoRuns runs;
    runs.put_older_back();
    const Path head = runs.world.places.exchange() / "chains" / "ledger_head.jws";
    SECTION("missing") { std::filesystem::remove(head); }
    SECTION("damaged") { IssuerWorld::put(head, "no head"); }
    SECTION("a symlink") {
        std::filesystem::remove(head);
        std::filesystem::create_symlink(runs.world.files.ledger(), head);
    }
    SECTION("another key's") { runs.publish({runs.world.ledger().log_id(), 9, kHash}, new_key("Ed25519")); }
    SECTION("the ledger key is gone") { std::filesystem::remove(runs.world.files.ledger_key()); }
    CHECK(runs.fault().empty());
    CHECK_NOTHROW(runs.world.mint());
}
