#include "ca/root/ceremony_log.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/unit/error_of.hpp"
#include "tests/unit/root/signed_root.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

constexpr std::size_t kMost = 100'000;

CeremonyRecord record(const std::string& command, Release release = Release::released) {
    return {.at = kRootTime,
            .command = command,
            .certificates = {a_root().certificate},
            .network = {"eth0 is up"},
            .release = release};
}

bool has(const std::string& line, const std::string& part) { return line.find(part) != std::string::npos; }

std::string line_of(const CeremonyRecord& each) { return to_line(each, 7, log_genesis(), &a_root().key); }

}  // namespace

TEST_CASE("a record says its number, when, what was signed, and which network there was, in one line") {
    const std::string line = line_of(record("init"));
    const Certificate& root = a_root().certificate;
    CHECK(line.starts_with(
        R"({"number":7,"previous":")" + log_genesis() +
        R"(","time":"2026-11-24T12:00:00Z","command":"init","release":"released","network":["eth0 is up"],"certificates":[{"subject":"CN=Example Root","serial":"017272)"));
    CHECK(has(line, R"("fingerprint":")" + root.fingerprint().text() + '"'));
    CHECK(has(line, R"("sha256":")" + root.sha256() + '"'));
    CHECK(has(line, R"("permitted":["example.org"],"not_before":"2026-11-24T11:00:00Z")"));
    CHECK(has(line, R"("certificate":"-----BEGIN CERTIFICATE-----\n)"));
    CHECK(has(line, R"("signed_by":")" + root.fingerprint().text() + R"(","signature":")"));
    CHECK_FALSE(has(line, "\n"));
}

TEST_CASE("a record is read as it was written, and its signature is the root's over its head") {
    CeremonyRecord written = record("rotate");
    written.certificates.push_back(a_root().certificate);
    written.note = "of the next root";
    written.crl = RecordedCrl{18'446'744'073'709'551'615U, kRootTime, "-----BEGIN X509 CRL-----"};
    const LoggedRecord read = parse_record(line_of(written));
    CHECK(read.number == 7);
    CHECK(read.at == kRootTime);
    CHECK(read.command == "rotate");
    REQUIRE(read.certificates.size() == 2);
    CHECK(read.certificates[1].certificate == a_root().certificate);
    CHECK(read.certificates[1].serial == a_root().certificate.serial_hex());
    CHECK(read.crl == written.crl);
    CHECK(read.note == written.note);
    CHECK(read.network == written.network);
    CHECK(read.previous == log_genesis());
    CHECK(read.signed_by == a_root().certificate.fingerprint());
    CHECK(a_root().key.public_key().verifies(read.head, read.signature));
    CHECK(read.head.starts_with("halfday ceremony log\n7\n"));
}

TEST_CASE("what was withheld is not in the log as a whole") {
    CeremonyRecord withheld = record("sign", Release::withheld);
    withheld.crl = RecordedCrl{3, kRootTime, "-----BEGIN X509 CRL-----"};
    const std::string line = line_of(withheld);
    CHECK(has(line, R"("release":"withheld")"));
    CHECK(has(line, a_root().certificate.sha256()));
    CHECK_FALSE(has(line, "BEGIN"));
    CHECK_FALSE(parse_record(line).certificates.front().certificate);
    CHECK(parse_record(line).crl == RecordedCrl{3, kRootTime, ""});
}

TEST_CASE("an event has neither certificate nor signature") {
    const LoggedRecord read =
        parse_record(to_line({.at = kRootTime, .command = "rehearse"}, 1, log_genesis(), nullptr));
    CHECK(read.certificates.empty());
    CHECK_FALSE(read.signed_by);
}

TEST_CASE("the log only grows, each record bound to the one before, and is its owner's") {
    const TemporaryFolder folder;
    const Path log = folder / "ceremony.log";
    append_record(log, record("init"), a_root().key);
    const std::string first = read_file(log, kMost);
    append_record(log, record("sign"), a_root().key);
    append_unsigned(log, {.at = kRootTime, .command = "rehearse"});
    CHECK(read_file(log, kMost).starts_with(first));
    const auto records = read_log(log);
    REQUIRE(records.size() == 3);
    CHECK(records[0].line + "\n" == first);
    CHECK(records[1].number == 2);
    CHECK(records[1].previous == line_hash(records[0].line));
    CHECK(records[2].previous == line_hash(records[1].line));
    struct stat status {};
    REQUIRE(::stat(log.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("the root comes back from the log only when init recorded and released it") {
    const TemporaryFolder folder;
    const Path log = folder / "ceremony.log";
    CHECK_FALSE(recorded_root(log));
    append_record(log, record("sign"), a_root().key);
    append_record(log, record("init", Release::withheld), a_root().key);
    CHECK_FALSE(recorded_root(log));
    append_record(log, record("init"), a_root().key);
    REQUIRE(recorded_root(log));
    CHECK(*recorded_root(log) == a_root().certificate);
}

TEST_CASE("a damaged log is told with the line, and gets no more records") {
    const TemporaryFolder folder;
    const Path log = folder / "ceremony.log";
    const std::string good = line_of(record("sign"));
    const std::string deep =
        good.substr(0, good.size() - 1) + R"(,"x":)" + std::string(9, '[') + std::string(9, ']') + "}";
    for (const std::string& damaged :
         {std::string("{\n"), std::string("[]\n"), std::string("{}\n"), std::string("7\n"), std::string("\n"), good,
          " " + good + "\n", R"({"command":"init","certificate":7})" + std::string("\n"), deep + "\n",
          good.substr(0, 10) + R"("number":8,)" + good.substr(10) + "\n"}) {
        INFO(damaged);
        replace_file(log, good + "\n" + damaged);
        CHECK(has(message_of([&] { return read_log(log); }), "line 2"));
        CHECK(has(message_of([&] { append_record(log, record("sign"), a_root().key); }), "line 2"));
        CHECK(read_file(log, kMost) == good + "\n" + damaged);
    }
}

TEST_CASE("a log whose chain is broken gets no more records") {
    const TemporaryFolder folder;
    const Path log = folder / "ceremony.log";
    replace_file(log, line_of(record("sign")) + "\n");
    CHECK(has(message_of([&] { append_record(log, record("sign"), a_root().key); }), "records 1 to 6 are missing"));
}
