#include "ca/root/ceremony_log.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <variant>

#include "ca/root/ceremony.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

const Time kNow = parse_time("2026-11-24T12:00:00Z");

const Certificate& a_root() {
    static const Certificate made = [] {
        const PrivateKey key = PrivateKey::generate(KeyAlgorithm::parse("P-256"));
        const RootOrder order{"Example Root", {{DnsName::parse("example.org")}}};
        return std::get<Certificate>(
            sign_root(std::get<RootProfile>(plan_root(order, kNow)), key, Serial::make(1, std::string(15, 'r'))));
    }();
    return made;
}

CeremonyRecord record(const std::string& command, Release release = Release::released) {
    return {kNow, command, a_root(), {"eth0 is up"}, release};
}

bool has(const std::string& line, const std::string& part) { return line.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a record says when, what was signed, and which network there was, in one line") {
    const std::string line = to_line(record("init"));
    CHECK(has(line,
              R"("time":"2026-11-24T12:00:00Z","command":"init","release":"released","subject":"CN=Example Root")"));
    CHECK(has(line, R"("serial":"017272)"));
    CHECK(has(line, R"("fingerprint":")" + a_root().fingerprint().text() + '"'));
    CHECK(has(line, R"("sha256":")" + a_root().sha256() + '"'));
    CHECK(has(line, R"("permitted":["example.org"],"not_before":"2026-11-24T11:00:00Z")"));
    CHECK(has(line, R"("network":["eth0 is up"])"));
    CHECK(has(line, R"("certificate":"-----BEGIN CERTIFICATE-----\n)"));
    CHECK_FALSE(has(line, "\n"));
}

TEST_CASE("a certificate that was withheld is not in the log as a whole") {
    const std::string line = to_line(record("sign", Release::withheld));
    CHECK(has(line, R"("release":"withheld")"));
    CHECK(has(line, a_root().sha256()));
    CHECK_FALSE(has(line, "BEGIN CERTIFICATE"));
}

TEST_CASE("the log only grows, and is its owner's") {
    const TemporaryFolder folder;
    const Path log = folder / "ceremony.log";
    append_record(log, record("init"));
    const std::string first = read_file(log, 100'000);
    append_record(log, record("sign"));
    CHECK(first == to_line(record("init")) + "\n");
    CHECK(read_file(log, 100'000) == first + to_line(record("sign")) + "\n");
    struct stat status {};
    REQUIRE(::stat(log.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("the root comes back from the log only when init recorded and released it") {
    const TemporaryFolder folder;
    const Path log = folder / "ceremony.log";
    CHECK_FALSE(recorded_root(log));
    append_record(log, record("sign"));
    append_record(log, record("init", Release::withheld));
    CHECK_FALSE(recorded_root(log));
    append_record(log, record("init"));
    REQUIRE(recorded_root(log));
    CHECK(*recorded_root(log) == a_root());
}

TEST_CASE("a damaged log is told with the line") {
    const TemporaryFolder folder;
    const Path log = folder / "ceremony.log";
    for (const char* damaged : {"{", "[]", "{}", "7", "null", R"({"command":"init","certificate":7})"}) {
        INFO(damaged);
        replace_file(log, to_line(record("sign")) + "\n" + damaged + "\n");
        CHECK(has(message_of([&] { return recorded_root(log); }), "line 2"));
    }
}
