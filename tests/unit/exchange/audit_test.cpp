#include "ca/exchange/audit.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "refused.hpp"

using namespace halfday;

namespace {

constexpr Time kNow{Seconds{1'795'000'000}};
const char* const kLog = "11111111111111111111111111111111";
const char* const kKey = "ed25519:right";

std::string hash(char digit) { return std::string(64, digit); }

SignedHead saw(std::int64_t size, char digit, const std::string& log = kLog, const std::string& key = kKey) {
    return {{log, size, hash(digit)}, key, kNow, ""};
}

/// An export of three rows, whose hashes are 1, 2 and 3, and that has the serials 0a, 0b and 0c.
ExportFacts facts() {
    return {{kLog, 3, hash('3')},
            kKey,
            {{0, hash('0')}, {1, hash('1')}, {2, hash('2')}, {3, hash('3')}},
            {"0a", "0b", "0c"},
            ""};
}

Witness witness(const std::string& host, std::vector<SignedHead> heads, std::vector<std::string> serving = {}) {
    return {HostName::parse(host), std::move(heads), std::move(serving)};
}

/// "DIFFERENCE HOST" for each.
std::vector<std::string> told(const std::vector<Witness>& witnesses, const ExportFacts& from = facts()) {
    std::vector<std::string> lines;
    for (const AuditFinding& finding : audit(from, witnesses)) {
        lines.push_back(std::string(to_text(finding.difference)) + (finding.host.empty() ? "" : " " + finding.host));
    }
    return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("each way in which an export and the hosts can differ is told apart") {
    const std::string other(32, '2');
    struct Row {
        const char* name;
        std::vector<Witness> witnesses;
        Lines told;
    };
    const std::vector<Row> rows{
        {"nobody saw anything", {}, {}},
        {"all agree", {witness("a", {saw(0, '0'), saw(2, '2')}, {"0a"}), witness("b", {saw(3, '3')}, {"0c"})}, {}},
        {"another row where the export has one", {witness("a", {saw(1, '1'), saw(2, 'f')})}, {"rewritten a"}},
        {"the same rewriting, seen by two",
         {witness("a", {saw(2, 'f')}), witness("b", {saw(2, 'f')})},
         {"rewritten a, b"}},
        {"more rows than the export has", {witness("a", {saw(4, '4')})}, {"truncated a"}},
        {"two hosts contradict each other",
         {witness("a", {saw(2, '2')}), witness("b", {saw(2, 'f')})},
         {"forked a, b"}},
        {"one host at two times", {witness("a", {saw(3, '3'), saw(3, 'f')})}, {"forked a"}},
        {"a fork past the export's end", {witness("a", {saw(9, '1')}), witness("b", {saw(9, '2')})}, {"forked a, b"}},
        {"another log", {witness("a", {saw(3, '3', other), saw(4, '3', other)})}, {"other log a"}},
        {"two other logs do not make a fork",
         {witness("a", {saw(3, '3', other)}), witness("b", {saw(3, 'f', std::string(32, '3'))})},
         {"other log a", "other log b"}},
        {"this log under another key",
         {witness("a", {saw(2, 'f', kLog, "ed25519:other"), saw(3, '3')})},
         {"other key a"}},
        {"a served certificate that is not in it", {witness("a", {saw(3, '3')}, {"0a", "0d"})}, {"unknown serial a"}},
        {"several at once",
         {witness("a", {saw(1, 'f'), saw(4, '4')}, {"ff"})},
         {"rewritten a", "truncated a", "unknown serial a"}},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        CHECK(told(row.witnesses) == row.told);
    }
}

TEST_CASE("an export that contradicts itself is damaged, whatever the hosts say") {
    ExportFacts damaged = facts();
    damaged.fault = "row 2 was changed";
    CHECK(told({}, damaged) == Lines{"damaged"});
    ExportFacts short_of_rows = facts();
    short_of_rows.hashes.erase(2);
    CHECK(told({witness("a", {saw(2, '2')})}, short_of_rows) == Lines{"damaged a"});
}

TEST_CASE("without a signature on the export, heads by any key are its own") {
    ExportFacts unsigned_export = facts();
    unsigned_export.key = "";
    CHECK(told({witness("a", {saw(2, 'f', kLog, "ed25519:other")})}, unsigned_export) == Lines{"rewritten a"});
}

TEST_CASE("a finding says what was seen and what the export has") {
    const auto findings = audit(facts(), {witness("a", {saw(2, 'f')})});
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].what == "at 2 rows: saw ffffffffffff, and the export has 222222222222");
    std::vector<Witness> many;
    for (char host = 'a'; host <= 'j'; ++host) many.push_back(witness(std::string(1, host), {saw(2, 'f')}));
    CHECK(audit(facts(), many)[0].host == "a, b, c, d, e, f, g, h and 2 more");
}

TEST_CASE("what hosts report arrives as it was written, and spoiled heads are counted") {
    const std::vector<HostReport> reports{{HostName::parse("web1.example.org"), {"no head"}, {"0a", "0b"}},
                                          {HostName::parse("web2.example.org"), {}, {}}};
    const HostReports arrived = parse_host_reports(to_json(reports));
    CHECK(arrived.left_out == 0);
    REQUIRE(arrived.hosts.size() == 2);
    CHECK(arrived.hosts[0].host.text() == "web1.example.org");
    CHECK(arrived.hosts[0].heads == reports[0].heads);
    CHECK(arrived.hosts[0].serving == reports[0].serving);
    const Testimony testimony = open_reports(arrived);
    CHECK(testimony.spoiled == 1);
    CHECK(testimony.witnesses.size() == 2);
    CHECK(questions_of(testimony.witnesses).serials == std::set<std::string>{"0a", "0b"});
    CHECK(test::refused(ErrorKind::corrupt, [] { static_cast<void>(parse_host_reports("[]")); }) != "");
}

TEST_CASE("what hosts saw of a log before the ledger was restored from it is held against its rows") {
    const std::string old(32, '2');
    ExportFacts restored = facts();
    restored.origins = {{{old, 2, hash('8')}, "ed25519:old"}};
    restored.origin_hashes = {{old, {{1, hash('7')}, {2, hash('8')}}}};
    const auto saw_old = [&](std::int64_t size, char digit, const std::string& key = "ed25519:old") {
        return saw(size, digit, old, key);
    };
    CHECK(told({witness("a.org", {saw_old(1, '7'), saw_old(2, '8'), saw(3, '3')})}, restored).empty());
    CHECK(told({witness("a.org", {saw_old(2, '9')})}, restored) == Lines{"rewritten a.org"});
    CHECK(told({witness("a.org", {saw_old(4, '9')})}, restored) == Lines{"lost a.org"});
    CHECK(told({witness("a.org", {saw_old(1, '7')}), witness("b.org", {saw_old(1, '6')})}, restored) ==
          Lines{"forked a.org, b.org"});
    CHECK(told({witness("a.org", {saw_old(2, '9', "ed25519:thief")})}, restored) == Lines{"other key a.org"});
    CHECK(told({witness("a.org", {saw(1, '7', std::string(32, '3'))})}, restored) == Lines{"other log a.org"});
}
