#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>

#include <fstream>

#include "ca/exchange/ledger_export.hpp"
#include "ca/issuer/backup.hpp"
#include "ca/issuer/intermediate.hpp"
#include "ca/issuer/ledger_key.hpp"
#include "ca/issuer/staging.hpp"
#include "ca/issuer/unsealing.hpp"
#include "tests/unit/issuer/changing_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

/// An issuer that minted for two hosts, and an empty box beside it.
struct Fixture {
    IssuerWorld world;
    TemporaryFolder box;
    Places fresh{box / "etc", box / "state"};
    Path file = box / "backup.tar";

    Fixture() {
        for (const char* host : {"web1.example.org", "web2.example.org"}) {
            world.add_host(host, {host});
            Request request = world.request(host);
            request.csr = make_csr(pki().leaf_key, request.id);  // one key for both
            world.ask(host, request);
        }
        static_cast<void>(world.mint(kNow));
        make_folder(fresh.state, 0755);
        make_folder(fresh.issuer(), 0755);
    }

    void back_up() const {
        const FileDescriptor fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600));
        write_issuer_backup(world.places, fd.get(), kNow);
    }
    [[nodiscard]] BackupManifest manifest() const {
        const FileDescriptor fd(::open(file.c_str(), O_RDONLY));
        return Backup::open(fd.get()).manifest();
    }
    [[nodiscard]] RestoredIssuer restore() const {
        const FileDescriptor fd(::open(file.c_str(), O_RDONLY));
        return restore_issuer(fresh, Backup::open(fd.get()), kNow + 1h);
    }
    [[nodiscard]] IssuerFiles files() const { return IssuerFiles(fresh); }
    [[nodiscard]] bool holds_private_key() const {
        return read_file(file, 1 << 24).find("PRIVATE KEY") != std::string::npos;
    }
};

ExportFacts facts_of(const Ledger& ledger, const ExportQuestions& questions) {
    std::vector<std::string> lines;
    ledger.export_rows([&](const LedgerHead& head) { lines.push_back(export_line(head, "", ledger.origins())); },
                       [&](const std::string& line) { lines.push_back(line); });
    std::size_t at = 0;
    return read_export(
        [&]() -> std::optional<std::string> { return at == lines.size() ? std::nullopt : std::optional(lines[at++]); },
        questions);
}

}  // namespace

TEST_CASE("a restored ledger has the old rows under a new log id, and says where they come from") {
    const Fixture issuer;
    issuer.world.ledger().accept_clock(kNow + 5min);
    issuer.back_up();
    const RestoredIssuer restored = issuer.restore();
    const Ledger old = issuer.world.ledger();
    const Ledger ledger = Ledger::open(issuer.files().ledger());
    CHECK(restored.before == old.head());
    CHECK(restored.log_id == ledger.log_id());
    CHECK(ledger.log_id() != old.log_id());
    CHECK(ledger.head().size == 2);
    CHECK_FALSE(ledger.verify());
    CHECK(ledger.last_moment().value().at == kNow + 5min);
    CHECK(ledger.shared_keys(kNow).size() == 1);
    CHECK(read_file(issuer.files().profile(), 1000) == read_file(issuer.world.files.profile(), 1000));
    REQUIRE(ledger.origins().size() == 1);
    CHECK(ledger.origins()[0].head == old.head());
    CHECK(ledger.origins()[0].key == identity_text(find_ledger_key(issuer.world.places)->public_key()));
    for (const LedgerRow& row : old.find({})) {
        CHECK(ledger.answer_to(host_name(row.host), entry_name(row.entry), row.request_id).value().serial ==
              row.serial);
        CHECK(ledger.chain_pem(row.sequence) == old.chain_pem(row.sequence));
        CHECK(ledger.count_within(host_name(row.host), entry_name(row.entry), kNow - 1h, kNow, 4) == 1);
    }

    const ExportFacts facts = facts_of(ledger, {{0, 1, 2}, {}});
    CHECK(facts.fault.empty());
    CHECK(facts.origins == ledger.origins());
    CHECK(facts.origin_hashes.at(old.log_id()) == facts_of(old, {{0, 1, 2}, {}}).hashes);
    CHECK(facts.hashes.at(2) == ledger.head().hash);
}

TEST_CASE("an origin that the rows do not give is a fault of the export") {
    const Fixture issuer;
    issuer.back_up();
    static_cast<void>(issuer.restore());
    SQLite::Database(issuer.files().ledger().string(), SQLite::OPEN_READWRITE)
        .exec("DROP TRIGGER restored_from_never_changes; UPDATE restored_from SET size = 1");
    const std::string fault = facts_of(Ledger::open(issuer.files().ledger()), {}).fault;
    CHECK(fault.find("its rows are not those of the log") == 0);
}

TEST_CASE("a backup has no private key but an encrypted one") {
    const Fixture issuer;
    issuer.back_up();
    CHECK(issuer.manifest().key == BackedUpKey::left_out);
    CHECK_FALSE(issuer.holds_private_key());
    static_cast<void>(issuer.restore());
    CHECK_FALSE(std::filesystem::exists(issuer.files().chain()));

    const Fixture sealed;
    const PassphraseSource passphrase = [] { return Secret::copy_of("correct horse battery"); };
    const std::string pem = pki().intermediate_key.to_encrypted_pem(passphrase());
    replace_file(sealed.world.files.folder / "key.pem", pem);
    sealed.back_up();
    CHECK(sealed.manifest().key == BackedUpKey::sealed);
    static_cast<void>(sealed.restore());
    CHECK(read_file(sealed.files().folder / "key.pem", 1 << 16) == pem);
    CHECK(read_file(sealed.files().chain(), 1 << 16) == pki().intermediate.pem());
    CHECK((std::filesystem::status(sealed.files().folder / "key.pem").permissions() & std::filesystem::perms::all) ==
          std::filesystem::perms(0600));

    std::filesystem::remove(sealed.files().chain());  // a restore that was killed before its end
    static_cast<void>(sealed.restore());
    CHECK(read_file(sealed.files().chain(), 1 << 16) == pki().intermediate.pem());

    replace_file(sealed.world.files.folder / "key.pem", pem + std::string(pki().intermediate_key.to_pem().reveal()));
    std::filesystem::remove(sealed.file);
    sealed.back_up();
    CHECK(sealed.manifest().key == BackedUpKey::left_out);
    CHECK_FALSE(sealed.holds_private_key());
}

TEST_CASE("a restore may be repeated until something is issued, and never touches another issuer") {
    const Fixture issuer;
    issuer.back_up();
    const RestoredIssuer first = issuer.restore();
    CHECK(issuer.restore().log_id == first.log_id);
    for (const char* name : {"key.pem", "chain.pem", "request.pem", "ledger.key", "ledger.db"}) {
        const Fixture other;
        other.back_up();
        if (std::string(name) == "ledger.db") {
            static_cast<void>(Ledger::start(other.files().ledger(), kNow));
        } else {
            replace_file(other.files().folder / name, "somebody's");
        }
        const auto count = std::distance(std::filesystem::directory_iterator(other.fresh.issuer()), {});
        INFO(name);
        CHECK(message_of([&] { return other.restore(); }).find("there is an issuer here already") == 0);
        CHECK(count + 1 == std::distance(std::filesystem::directory_iterator(other.fresh.issuer()), {}));  // the lock
    }
}

TEST_CASE("a backup whose ledger does not hold makes nothing") {
    const Fixture issuer;
    SQLite::Database(issuer.world.files.ledger().string(), SQLite::OPEN_READWRITE)
        .exec("DROP TRIGGER certificates_never_change; UPDATE certificates SET host = 'x' WHERE sequence = 1");
    issuer.back_up();
    CHECK(message_of([&] { return issuer.restore(); }) == "the backup's ledger does not hold: row 1 was changed");
    CHECK_FALSE(std::filesystem::exists(issuer.files().ledger()));
    issuer.back_up();
}

TEST_CASE("sealed keys come back with their chains, and the next window is unsealed without a ceremony") {
    const Fixture fixture;
    std::vector<Secret> phrases;
    for (const char* each : {"the second one's", "the third one's"}) {
        phrases.push_back(Secret::copy_of(each));
    }
    const Stage stage =
        request_stage(fixture.world.places, {.name = "i", .algorithm = {}, .key_uri = kUri}, {}, phrases, kNow);
    Chain chain;
    for (std::size_t at = 0; at < stage.keys.size(); ++at) {
        const Time begin = kNow - 1h + static_cast<int>(at) * 10 * kDay;
        chain.push_back(intermediate_for(stage.keys[at], begin, begin + 15 * kDay, static_cast<char>('s' + at)));
    }
    REQUIRE(std::holds_alternative<std::vector<Acceptance>>(accept_chain(fixture.world.places, chain, kUri, {}, kNow)));
    fixture.back_up();
    CHECK(read_file(fixture.file, 1 << 24).find("BEGIN PRIVATE KEY") == std::string::npos);
    static_cast<void>(fixture.restore());
    static_cast<void>(fixture.restore());
    const Path last = next_key_place(fixture.world.places, stage.keys.back()).sealed();
    for (const std::string& opened : {std::string(new_key().to_pem().reveal()),
                                      read_file(last, 1 << 16) + std::string(new_key().to_pem().reveal())}) {
        replace_file(last, opened);
        CHECK_THAT(message_of([&] { fixture.back_up(); }), Catch::Contains("is not encrypted, and was to be"));
    }
    make_folder(fixture.fresh.etc, 0755);
    replace_file(fixture.fresh.root_certificate(), pki().root.pem());
    const PassphraseSource second = [] { return Secret::copy_of("the second one's"); };
    const UnsealOrder order{kUri, {}, second, UnsealRule::early};
    CHECK(unseal_next(fixture.fresh, order, kNow + 1h).certificate == chain[1]);
    CHECK(load_intermediate(fixture.fresh, kUri, {}, kNow + 10 * kDay).certificate == chain[1]);
}
