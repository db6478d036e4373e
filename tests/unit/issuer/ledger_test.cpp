#include "ca/issuer/ledger.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include "ca/issuer/ledger_schema.hpp"
#include "tests/unit/issuer/issuer_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

Certificate leaf(char last) {
    ToBeSigned tbs = pki().leaf_tbs();
    tbs.serial = serial(last);
    return signed_by(pki().intermediate_key, tbs);
}

Issuance issuance(char last, const std::string& host = "web1.example.org", Time at = kNow) {
    return {at,
            host_name(host),
            entry_name("www"),
            "id " + std::string(1, last),
            sha256_hex("request " + std::string(1, last)),
            leaf(last)};
}

struct Fixture {
    TemporaryFolder folder;
    Path path = folder / "ledger.db";
    Ledger ledger = Ledger::start(path, kNow);

    void record(const std::vector<Issuance>& issuances) { ledger.record(issuances, pki().intermediate); }
    /// What somebody does who has the file and sqlite3.
    void tamper(const std::string& sql) const {
        SQLite::Database database(path.string(), SQLite::OPEN_READWRITE);
        database.exec(sql);
    }
    [[nodiscard]] std::string fault() const {
        const Verdict verdict = ledger.verify();
        return verdict ? verdict->text() : "";
    }
};

}  // namespace

TEST_CASE("a ledger begins empty, private, and with a log id of its own") {
    const Fixture one;
    const Fixture two;
    CHECK(one.ledger.log_id().size() == 32);
    CHECK(one.ledger.log_id() != two.ledger.log_id());
    CHECK(one.ledger.head().size == 0);
    CHECK(one.ledger.head().hash == genesis_hash(one.ledger.log_id()));
    CHECK_FALSE(one.ledger.last_moment());
    CHECK(one.fault().empty());
    CHECK((std::filesystem::status(one.path).permissions() & std::filesystem::perms::all) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(error_of([&] { return Ledger::start(one.path, kNow); }).kind() == ErrorKind::io);
    CHECK(error_of([&] { return Ledger::open(one.folder / "other.db"); }).kind() == ErrorKind::not_found);
}

TEST_CASE("what was recorded is found by entry and by request") {
    Fixture fixture;
    const Issuance second = issuance('b', "web2.example.org", kNow + 1s);
    fixture.record({issuance('a'), second});
    fixture.record({issuance('c', "web1.example.org", kNow + 2h)});
    const Ledger ledger = Ledger::open(fixture.path);
    CHECK(ledger.log_id() == fixture.ledger.log_id());
    CHECK(ledger.head().size == 3);
    CHECK(ledger.last_moment().value().at == kNow + 2h);

    const auto newest = ledger.newest(host_name("web1.example.org"), entry_name("www")).value();
    CHECK(newest.sequence == 3);
    CHECK(newest.at == kNow + 2h);
    CHECK(newest.serial == serial('c').hex());
    CHECK(newest.names == leaf('c').names());
    CHECK(newest.not_before == leaf('c').not_before());
    CHECK(newest.not_after == leaf('c').not_after());
    CHECK_FALSE(ledger.newest(host_name("web1.example.org"), entry_name("mail")));

    CHECK(ledger.answer_to(host_name("web1.example.org"), entry_name("www"), "id a").value().sequence == 1);
    CHECK(ledger.answer_to(host_name("web2.example.org"), entry_name("www"), "id b").value().sequence == 2);
    CHECK_FALSE(ledger.answer_to(host_name("web2.example.org"), entry_name("www"), "id a"));
    CHECK(ledger.chain_pem(2) == second.certificate.pem() + pki().intermediate.pem());
}

TEST_CASE("certificates of an entry are counted from a time on, no further than asked") {
    Fixture fixture;
    for (int at = 0; at < 5; ++at) {
        fixture.record({issuance(static_cast<char>('a' + at), "web1.example.org", kNow + at * 1min)});
    }
    const auto count = [&](Time since, int most, Time until = kNow + 1h) {
        return fixture.ledger.count_within(host_name("web1.example.org"), entry_name("www"), since, until, most);
    };
    CHECK(count(kNow - 1s, 10) == 5);
    CHECK(count(kNow, 10) == 4);
    CHECK(count(kNow + 3min, 10) == 1);
    CHECK(count(kNow - 1s, 2) == 2);
    CHECK(count(kNow - 1s, 10, kNow + 1min) == 2);  // what a wrong clock issued later does not count
    CHECK(fixture.ledger.count_within(host_name("web2.example.org"), entry_name("www"), kNow - 1s, kNow + 9h, 10) == 0);
}

TEST_CASE("a serial or a request's id is recorded once; then nothing of that group is") {
    Fixture fixture;
    fixture.record({issuance('a')});
    Issuance same_serial = issuance('b');
    same_serial.certificate = leaf('a');
    Issuance same_id = issuance('d');
    same_id.request_id = "id a";
    for (const Issuance& again : {same_serial, same_id}) {
        CHECK(error_of([&] {
                  fixture.record({issuance('x'), again});
                  return 0;
              }).kind() == ErrorKind::io);
        CHECK(fixture.ledger.head().size == 1);
    }
    fixture.record({issuance('x')});
    CHECK(fixture.fault().empty());
}

TEST_CASE("nothing in the ledger can be changed or taken out by accident") {
    Fixture fixture;
    fixture.record({issuance('a'), issuance('b')});
    for (const char* sql : {
             "UPDATE certificates SET host = 'evil.example'",
             "DELETE FROM certificates WHERE sequence = 2",
             "UPDATE intermediates SET sha256 = ''",
             "DELETE FROM intermediates",
             "UPDATE log SET id = ''",
             "DELETE FROM log",
             "INSERT INTO certificates SELECT 9, at, host, entry, 'i', 'r', 's', not_before, not_after, names, "
             "certificate, intermediate, previous_hash, hash FROM certificates WHERE sequence = 1",
             "INSERT OR REPLACE INTO certificates SELECT 1, at, host, entry, 'i', 'r', 's', not_before, not_after, "
             "names, certificate, intermediate, previous_hash, hash FROM certificates WHERE sequence = 1",
         }) {
        CAPTURE(sql);
        CHECK_THROWS_AS(fixture.tamper(sql), SQLite::Exception);
    }
    CHECK(fixture.fault().empty());
}

TEST_CASE("what was changed on purpose is found, and where") {
    struct Row {
        const char* sql;
        const char* fault;
    };
    const Row rows[] = {
        {"UPDATE certificates SET host = 'evil.example' WHERE sequence = 2", "row 2 was changed"},
        {"UPDATE certificates SET at = at + 1 WHERE sequence = 1", "row 1 was changed"},
        {"UPDATE certificates SET hash = previous_hash WHERE sequence = 1", "row 1 was changed"},
        {"UPDATE certificates SET previous_hash = hash WHERE sequence = 2", "row 2 is not bound to the row before it"},
        {"DELETE FROM certificates WHERE sequence = 2", "row 3 follows row 1"},
        {"DELETE FROM certificates WHERE sequence = 1", "row 2 follows row 0"},
        {"UPDATE log SET id = '0'", "row 1 is not bound to the row before it"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.sql);
        Fixture fixture;
        fixture.record({issuance('a'), issuance('b'), issuance('c')});
        fixture.tamper(
            "DROP TRIGGER certificates_never_change; DROP TRIGGER certificates_never_go;"
            "DROP TRIGGER log_never_changes");
        fixture.tamper(row.sql);
        fixture.ledger = Ledger::open(fixture.path);
        CHECK(fixture.fault() == row.fault);
    }
}

TEST_CASE("a run notices at once that the last row was changed, or that the file is no ledger") {
    Fixture fixture;
    fixture.record({issuance('a')});
    fixture.tamper("DROP TRIGGER certificates_never_change; UPDATE certificates SET host = 'evil.example'");
    const Error error = error_of([&] { return Ledger::open(fixture.path); });
    CHECK(error.kind() == ErrorKind::corrupt);
    CHECK(std::string(error.what()).find("row 1 was changed") != std::string::npos);

    const TemporaryFolder folder;
    write_new(folder / "text.db", "this is no SQLite file, and it is longer than a header would be, by a good deal\n");
    CHECK(error_of([&] { return Ledger::open(folder / "text.db"); }).kind() == ErrorKind::corrupt);
    write_new(folder / "empty.db", "");
    CHECK(message_of([&] { return Ledger::open(folder / "empty.db"); }).find("no SQLite database") !=
          std::string::npos);
}

TEST_CASE("no two rows have the same bytes under their hash") {
    BoundRow row;
    row.row.host = "ab";
    row.row.entry = "c";
    BoundRow other = row;
    other.row.host = "a";
    other.row.entry = "bc";
    CHECK(row_hash(row) != row_hash(other));
}

TEST_CASE("a clock that was accepted is the ledger's last moment until the next certificate, and stays on record") {
    Fixture fixture;
    fixture.record({issuance('a')});
    fixture.ledger.accept_clock(kNow - 1h);
    fixture.ledger.accept_clock(kNow - 2h);
    auto last = Ledger::open(fixture.path).last_moment().value();
    CHECK(last.at == kNow - 2h);
    CHECK(last.origin == LedgerMoment::Origin::accepted_clock);
    CHECK_THROWS(fixture.tamper("UPDATE clock_accepted SET at = 0"));
    CHECK_THROWS(fixture.tamper("DELETE FROM clock_accepted"));
    fixture.record({issuance('b', "web1.example.org", kNow - 1h)});
    last = fixture.ledger.last_moment().value();
    CHECK(last.at == kNow - 1h);
    CHECK(last.origin == LedgerMoment::Origin::certificate);
    CHECK(fixture.fault().empty());
}

TEST_CASE("a ledger of format 1 is brought up to date when it is opened") {
    Fixture fixture;
    fixture.record({issuance('a')});
    fixture.tamper(
        "DROP TABLE clock_accepted; DROP TABLE restored_from; DROP TABLE archives; "
        "DROP TABLE keys_in_use; DROP TABLE shared_keys; PRAGMA user_version=1");
    Ledger ledger = Ledger::open(fixture.path);
    CHECK(ledger.last_moment().value().at == kNow);
    ledger.accept_clock(kNow - 1h);
    CHECK(Ledger::open(fixture.path).last_moment().value().at == kNow - 1h);
    fixture.record({issuance('b', "web2.example.org")});
    CHECK(Ledger::open(fixture.path).shared_keys(kNow).empty());  // what was issued before is not known
    fixture.record({issuance('c', "web3.example.org")});
    CHECK(Ledger::open(fixture.path).shared_keys(kNow).size() == 1);
}

TEST_CASE("a key that another host has in use is found when it is recorded, until its last certificate ends") {
    Fixture fixture;
    const auto shared = [&](Time now) {
        std::string text;
        for (const SharedKey& each : Ledger::open(fixture.path).shared_keys(now)) {
            text += each.host.text() + "/" + each.entry.text() + "=" + each.other_host.text() + " ";
        }
        return text;
    };
    fixture.record({issuance('a'), issuance('b')});  // of one host, all with the same key
    CHECK(shared(kNow).empty());
    fixture.record({issuance('c', "web2.example.org"), issuance('d', "web3.example.org")});
    CHECK(shared(kNow) == "web3.example.org/www=web2.example.org web2.example.org/www=web1.example.org ");
    const Time end = leaf('d').not_after();
    CHECK(shared(end) == shared(kNow));
    CHECK(shared(end + 1s).empty());
    CHECK(fixture.fault().empty());
    fixture.record({issuance('e', "web4.example.org", end + 1s)});  // all others have ended
    CHECK(shared(kNow).empty());
}

TEST_CASE("only keys in use are kept") {
    Fixture fixture;
    const auto kept = [&] {
        return SQLite::Database(fixture.path.string()).execAndGet("SELECT count(*) FROM keys_in_use").getInt();
    };
    fixture.record({issuance('a'), issuance('b')});
    CHECK(kept() == 2);
    const Time later = leaf('b').not_after() + 1s;
    fixture.record({issuance('c', "web2.example.org", later)});
    CHECK(kept() == 1);  // by its own clock it has ended too, and goes with the next
}
