#include <fcntl.h>

#include "ca/exchange/archive_name.hpp"
#include "ca/issuer/archive_search.hpp"
#include "ca/issuer/archiving.hpp"
#include "ca/issuer/gzip.hpp"
#include "ca/issuer/head_check.hpp"
#include "ca/issuer/ledger_key.hpp"
#include "tests/unit/issuer/issuer_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kMonth = 24h * 31;

/// A ledger with `old` rows of two months ago and one of now.
struct Fixture {
    IssuerWorld world;

    explicit Fixture(int old) {
        Ledger ledger = world.ledger();
        std::vector<Issuance> issuances;
        for (int at = 0; at < old; ++at) {
            issuances.push_back(issuance(at, kNow - 2 * kMonth));
        }
        ledger.record(issuances, pki().intermediate);
        ledger.record({issuance(old, kNow)}, pki().intermediate);
    }

    static Issuance issuance(int number, Time at) {
        ToBeSigned tbs = pki().leaf_tbs();
        std::string bytes(15, '\0');
        bytes[0] = static_cast<char>(number / 256);
        bytes[1] = static_cast<char>(number % 256);
        tbs.serial = Serial::make(1, bytes);
        tbs.not_before = at;
        tbs.not_after = at + 12h;
        return {at,
                host_name(number % 2 == 0 ? "even.example.org" : "odd.example.org"),
                entry_name("www"),
                std::to_string(number),
                sha256_hex(std::to_string(number)),
                signed_by(pki().intermediate_key, tbs)};
    }

    [[nodiscard]] std::string rows_found(const LedgerQuery& query) const {
        std::string rows;
        for (const ArchivedRow& each : find_archived(world.ledger(), query)) {
            rows += std::to_string(each.row.sequence) + " ";
        }
        return rows;
    }
};

std::string gzip(const TemporaryFolder& folder, const std::string& text) {
    const Path file = folder / "file.gz";
    write_new(file, "");
    const FileDescriptor fd(::open(file.c_str(), O_RDWR));
    GzipWriter writer(fd, file);
    writer.put(text);
    writer.finish();
    return file;
}

std::string first_line(const Path& file) { return GzipLines(file, 10).next().value_or("none"); }

}  // namespace

TEST_CASE("the ledger's file is smaller without its closed months, and holds") {
    const Fixture fixture(300);
    const auto size = std::filesystem::file_size(fixture.world.files.ledger());
    const ArchiveReport report = archive_ledger(fixture.world.places, std::nullopt, kNow);
    REQUIRE(report.archived.size() == 1);
    CHECK(report.warning.empty());
    CHECK(std::filesystem::file_size(fixture.world.files.ledger()) * 3 < size);
    const Ledger ledger = fixture.world.ledger();
    CHECK(ledger.head().size == 301);
    CHECK(ledger.head_at(300).hash == report.archived[0].hash);
    CHECK_FALSE(ledger.verify());
    CHECK_THROWS(ledger.head_at(299));
}

TEST_CASE("a head that was published long ago is held against the end of an archive") {
    const Fixture fixture(3);
    const IssuerWorld& world = fixture.world;
    static_cast<void>(archive_ledger(world.places, std::nullopt, kNow));
    const Ledger ledger = world.ledger();
    const PrivateKey key = keep_or_make_ledger_key(world.places);
    const auto fault = [&](const LedgerHead& published) {
        world.spool.publish_head(sign_head(published, key, kNow));
        const auto found = head_fault(world.places, ledger);
        return found ? found->what : "";
    };
    const std::string other(64, 'f');
    CHECK(fault(ledger.head_at(3)).empty());
    CHECK(fault({ledger.log_id(), 3, other}).find("row 3 is another") != std::string::npos);
    CHECK(fault({ledger.log_id(), 2, other}).empty());  // ledger verify walks archives
}

TEST_CASE("archives are searched by all that a row has, the newest first") {
    const Fixture fixture(6);
    const std::string chain = fixture.world.ledger().chain_pem(4);
    static_cast<void>(archive_ledger(fixture.world.places, std::nullopt, kNow));
    CHECK(fixture.rows_found({}) == "6 5 4 3 2 1 ");
    CHECK(fixture.rows_found({.most = 2}) == "6 5 ");
    CHECK(fixture.rows_found({.host = host_name("odd.example.org"), .most = 2}) == "6 4 ");
    CHECK(fixture.rows_found({.serial = "010003"}) == "4 ");
    CHECK(fixture.rows_found({.name = dns("other.example.org")}).empty());
    CHECK(fixture.rows_found({.since = kNow}).empty());
    CHECK(fixture.rows_found({.until = kNow}) == "6 5 4 3 2 1 ");
    CHECK(find_archived(fixture.world.ledger(), {.serial = "010003"}).front().chain == chain);
}

TEST_CASE("a file that has an archive's name and is none is left alone, and no row goes") {
    const Fixture fixture(3);
    const Path file = plan_archives(fixture.world.places, std::nullopt, kNow).archived.at(0).file;
    make_folder(fixture.world.files.archive(), 0700);
    write_new(file, "somebody's");
    CHECK(message_of([&] { return archive_ledger(fixture.world.places, std::nullopt, kNow); }).find(file.string()) !=
          std::string::npos);
    CHECK(read_file(file, 100) == "somebody's");
    CHECK(fixture.world.ledger().find({}).size() == 4);
}

TEST_CASE("lines of a gzip file are read one by one, none longer than it may be") {
    const TemporaryFolder folder;
    CHECK(first_line(gzip(folder, "1234567890\nnext\n")) == "1234567890");
    for (const char* text : {"12345678901\n", "no end"}) {
        const TemporaryFolder other;
        CHECK(message_of([&] { return first_line(gzip(other, text)); }).find("a line without end") !=
              std::string::npos);
    }
    std::filesystem::resize_file(folder / "file.gz", std::filesystem::file_size(folder / "file.gz") - 9);
    CHECK(error_of([&] {
              GzipLines lines(folder / "file.gz", 10);
              while (lines.next()) {
              }
              return 0;
          }).kind() == ErrorKind::corrupt);
}

TEST_CASE("an archive's name says log, month and first row, and nothing else is such a name") {
    const std::string log = "373d462d6cb537e83aa1871c5805b6d4";
    CHECK(archive_name(log, "2026-09", 1) == log + "-2026-09-1.jsonl.gz");
    CHECK(is_archive_name(log + "-2026-09-1.jsonl.gz"));
    for (const std::string& name : {log + "-2026-09-.jsonl.gz", log + "-2026-09-x.jsonl.gz", log + "-2026-09-1.jsonl",
                                    "../../" + log + "-2026-09-1.jsonl.gz", log + "-2026-09-../1.jsonl.gz",
                                    "x" + log.substr(1) + "-2026-09-1.jsonl.gz", std::string()}) {
        CAPTURE(name);
        CHECK_FALSE(is_archive_name(name));
    }
}
