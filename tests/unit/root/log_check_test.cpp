#include "ca/root/log_check.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "ca/root/ceremony_log.hpp"
#include "tests/unit/root/signed_root.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

using Records = std::vector<LoggedRecord>;

/// What a log has, and a thief of the box who has another key.
struct Log {
    Records records;

    void add(const CeremonyRecord& record, const PrivateKey* key) {
        const std::string previous = records.empty() ? log_genesis() : line_hash(records.back().line);
        records.push_back(parse_record(to_line(record, static_cast<std::int64_t>(records.size()) + 1, previous, key)));
    }
};

CeremonyRecord init(const Certificate& root) { return {.at = kRootTime, .command = "init", .certificates = {root}}; }
CeremonyRecord event(const std::string& command) { return {.at = kRootTime, .command = command}; }

/// init, sign, an event, sign, crl: 3 is not signed.
const Records& whole() {
    static const Records made = [] {
        Log log;
        log.add(init(a_root().certificate), &a_root().key);
        log.add(event("sign"), &a_root().key);
        log.add(event("rehearse"), nullptr);
        log.add(event("sign"), &a_root().key);
        log.add(event("crl"), &a_root().key);
        return log.records;
    }();
    return made;
}

/// The record with another command, everything else as it was.
LoggedRecord changed(const LoggedRecord& record) {
    std::string line = record.line;
    line.replace(line.find(record.command), record.command.size(), "nothing");
    return parse_record(line);
}

const SignedRoot& thief() {
    static const SignedRoot made;
    return made;
}

std::string faults_of(const Records& records) {
    return Refusal{check_log(records, {a_root().certificate}).faults}.text();
}

}  // namespace

TEST_CASE("a whole log has no fault, and says how far it is signed") {
    CHECK_FALSE(check_chain(whole()));
    CHECK(faults_of(whole()).empty());
    CHECK(check_log(whole(), {a_root().certificate}).signed_up_to == 5);
    Log log{whole()};
    log.add(event("rehearse"), nullptr);
    CHECK(faults_of(log.records).empty());
    CHECK(check_log(log.records, {a_root().certificate}).signed_up_to == 5);
}

TEST_CASE("records that were changed, dropped, doubled or put in another order are told apart") {
    struct Case {
        std::string name;
        std::function<void(Records&)> damage;
        std::string faults;
    };
    const std::vector<Case> cases{
        {"changed", [](Records& all) { all[1] = changed(all[1]); },
         "record 2 was changed: its signature does not verify"},
        {"changed, the last", [](Records& all) { all[4] = changed(all[4]); },
         "record 5 was changed: its signature does not verify"},
        {"changed, without a signature", [](Records& all) { all[2] = changed(all[2]); },
         "record 4 is not bound to record 3, which was changed"},
        {"dropped", [](Records& all) { all.erase(all.begin() + 1); }, "record 2 is missing"},
        {"dropped, two", [](Records& all) { all.erase(all.begin(), all.begin() + 2); }, "records 1 to 2 are missing"},
        {"doubled", [](Records& all) { all.insert(all.begin() + 2, all[1]); }, "record 2 is there twice"},
        {"another order", [](Records& all) { std::swap(all[1], all[2]); }, "record 2 comes after record 3"},
        {"signed by another",
         [](Records& all) { all[1] = parse_record(to_line(event("sign"), 2, all[1].previous, &thief().key)); },
         "record 2 is signed by the key " + thief().certificate.fingerprint().text() + ", which is no root's"},
        {"an event added behind",
         [](Records& all) { all[2] = parse_record(to_line(event("share"), 3, all[2].previous, nullptr)); },
         "record 4 is not bound to record 3, which was changed"},
        {"none left that is signed",
         [](Records& all) { all.erase(all.begin(), all.begin() + 2), all.erase(all.begin() + 1, all.end()); },
         "records 1 to 2 are missing; no record is signed by the root"},
    };
    for (const Case& each : cases) {
        INFO(each.name);
        Records records = whole();
        each.damage(records);
        CHECK(faults_of(records) == each.faults);
    }
}

TEST_CASE("a log that a thief has written anew under a root of their own does not hold") {
    Log log;
    log.add(init(thief().certificate), &thief().key);
    log.add(event("sign"), &thief().key);
    CHECK(faults_of(log.records).find("which is no root's") != std::string::npos);
    CHECK(check_log(log.records, {a_root().certificate}).signed_up_to == 0);

    Log grafted{whole()};
    grafted.add(init(thief().certificate), &thief().key);
    CHECK(faults_of(grafted.records).find("record 6 is signed by the key") != std::string::npos);
    CHECK(check_log(grafted.records, {a_root().certificate}).signed_up_to == 5);
}

TEST_CASE("a log that outlives a rotation verifies with either root") {
    Log log{whole()};
    const SignedRoot next;
    log.add({.at = kRootTime, .command = "rotate", .certificates = {next.certificate}}, &a_root().key);
    log.add(event("sign"), &next.key);
    CHECK(faults_of(log.records).empty());
    const LogCheck by_next = check_log(log.records, {next.certificate});
    CHECK(by_next.faults.empty());
    CHECK(by_next.signed_up_to == 7);
}

TEST_CASE("what was cut off or written anew differs from a copy") {
    const std::vector<Certificate> roots{a_root().certificate};
    const Records& all = whole();
    const Records shorter(all.begin(), all.end() - 1);
    CHECK(faults_of(shorter).empty());
    CHECK_FALSE(check_against(all, all, roots));
    CHECK_FALSE(check_against(all, shorter, roots));
    CHECK_FALSE(check_against(all, {all.back()}, roots));
    CHECK(check_against(shorter, all, roots) == Refusal{{"record 5 was cut off, which the copy has"}});
    CHECK(check_against(shorter, {all.back()}, roots) == Refusal{{"record 5 was cut off, which the copy has"}});
    CHECK(check_against(shorter, {changed(all.back())}, roots) ==
          Refusal{{"the copy does not hold: record 5 was changed: its signature does not verify"}});
    Log other{shorter};
    other.add(event("other"), &a_root().key);
    CHECK(check_against(other.records, all, roots) == Refusal{{"record 5 is not the one that was copied"}});
}
