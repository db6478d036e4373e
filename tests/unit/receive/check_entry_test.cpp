#include "distribute/receive/check_entry.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/unit/receive/web_host.hpp"

namespace halfday::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// What is not fine, a line each.
std::string complaints(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        if (finding.level != Finding::Level::fine) {
            text += std::string(to_text(finding.level)) + ": " + finding.what + "\n";
        }
    }
    return text;
}

}  // namespace

TEST_CASE("what clients get is held against what is installed") {
    const WebHost host;
    const Chain chain = host.chain('a');  // ends 11 h 30 min from now
    const Chain other = host.chain('b');
    struct Case {
        const char* when;
        Served served;
        Chain installed;
        const char* complaint;
    };
    const Chain turned{chain[0], chain[1], chain[0]};
    const Case one = GENERATE_COPY(values<Case>({
        {"it is the same", {chain, minutes{5}}, chain, ""},
        {"nothing is installed yet", {other, std::nullopt}, {}, ""},
        {"it is another", {other, std::nullopt}, chain, "wrong: clients get serial "},
        {"the issuer is missing", {{chain[0]}, std::nullopt}, chain, "another chain than the installed one: 1 cert"},
        {"there is one too many", {turned, std::nullopt}, chain, "3 certificates, out of order"},
        {"a session outlives it", {chain, hours{12}}, chain, "warning: clients may resume a TLS session for 12 h"},
        {"a session ends with it", {chain, hours{11}}, chain, ""},
    }));
    CAPTURE(one.when);
    const std::string text = complaints(judge_served(one.served, one.installed, kNow));
    CHECK_THAT(text, Catch::Contains(one.complaint));
    CHECK(text.empty() == std::string(one.complaint).empty());
}

TEST_CASE("what is installed is whole, a pair, and has the mode that root set") {
    const WebHost host;
    static_cast<void>(host.visit());
    static_cast<void>(host.deliver(host.chain('a')));
    const auto check = [&] { return complaints(check_entry(host.receiver, host.grant(), kNow)); };
    const Path live = host.receiver.places.live_of(entry("www"));
    CHECK(check().empty());
    SECTION("a mode") {
        std::filesystem::permissions(live / kPrivateKeyFile, std::filesystem::perms::all);
        CHECK_THAT(check(), Catch::Contains("privkey.pem', which holds a key, has another owner, group or mode"));
    }
    SECTION("a key") {
        replace_file(live / kPrivateKeyFile, new_key().to_pem().reveal());
        CHECK_THAT(check(), Catch::Contains("are no pair") && Catch::Contains("combined.pem' is not the chain"));
    }
    SECTION("an order") {
        const Chain chain = parse_chain(read_file(live / kFullChainFile, 100'000));
        replace_file(live / kFullChainFile, to_pem({chain[0], chain[1], chain[0]}), {0644});
        CHECK_THAT(check(), Catch::Contains("fullchain.pem' is not in order"));
    }
}

}  // namespace halfday::test
