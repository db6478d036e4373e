#include "distribute/receive/visit.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "ca/exchange/crls.hpp"
#include "ca/exchange/ledger_head.hpp"
#include "distribute/receive/check_entry.hpp"
#include "distribute/receive/install.hpp"
#include "distribute/receive/record.hpp"
#include "distribute/receive/status.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/receive/web_host.hpp"
#include "tests/unit/x509/crls.hpp"

namespace halfday::test {
namespace {

using std::chrono::hours;

std::string request(const Answer& answer) { return answer.requests.at(0).jws; }

/// A certificate whose serial number has 30 bytes, where RFC 5280 allows 20.
constexpr const char* kLongSerial =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBlDCCATmgAwIBAgIeequrq6urq6urq6urq6urq6urq6urq6urq6urq6urMAoG\n"
    "CCqGSM49BAMCMAwxCjAIBgNVBAMMAXgwHhcNMjYxMTI0MTMyNDAwWhcNMjYxMTI1\n"
    "MTMyNDAwWjAMMQowCAYDVQQDDAF4MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n"
    "SbyZTdCptYRoNzcYZE/uKaWTbFuUB4dhVDpenu0ErNA8jdvS0lulET5SnTmKmqbd\n"
    "D6oew1w950ud+pTWBxo2qaNvMG0wHQYDVR0OBBYEFMfP57If+a2M9Ph7AM/5LTLj\n"
    "n+/UMB8GA1UdIwQYMBaAFMfP57If+a2M9Ph7AM/5LTLjn+/UMA8GA1UdEwEB/wQF\n"
    "MAMBAf8wGgYDVR0RBBMwEYIPd3d3LmV4YW1wbGUub3JnMAoGCCqGSM49BAMCA0kA\n"
    "MEYCIQDR2NULOVH4FkgMgvKh9JYzK75secKkritZ5/5eclNpkAIhAIVaKP2+dr87\n"
    "5FRyIgJdVsoYQ5EgtgC5BD9/BQ/7AAkj\n"
    "-----END CERTIFICATE-----\n";

/// A visit that one of the web server's programs ends by killing the receiver.
void deliver_and_crash(const WebHost& host, const Chain& chain, const std::string& where) {
    host.set(where);
    const pid_t child = ::fork();
    if (child == 0) {
        host.deliver(chain);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    host.unset(where);
    REQUIRE(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("a first visit brings a request home, and says that nothing was delivered") {
    const WebHost host;
    const Answer answer = host.visit();
    CHECK(answer.host == "web1.example.org");
    CHECK(answer.identity.starts_with("ed25519:"));
    const Receipt receipt = host.receipt(answer);
    CHECK(receipt.outcome == Outcome::none);
    CHECK(receipt.serving.empty());
    const auto opened = open_request(request(answer), host.receiver.identity.public_key(),
                                     {host.receiver.grants.host, entry("www"), {receipt.audience}}, kNow);
    const auto& checked = std::get<CheckedRequest>(opened);
    CHECK(checked.key == host.pending_key()->public_key());
    CHECK(checked.key.algorithm() == "P-256");
    CHECK(checked.request.id.size() == 32);
}

TEST_CASE("heads of the ledger are kept and reported, and no visit fails over them") {
    const WebHost host;
    const PrivateKey key = PrivateKey::generate(KeyAlgorithm::parse("Ed25519"));
    const auto head = [&](std::int64_t size) {
        return sign_head({std::string(32, '1'), size, std::string(64, 'a')}, key, kNow);
    };
    const auto visit_with = [&](const std::string& text) { return receive_visit(host.receiver, {{}, text}, kNow); };
    CHECK(visit_with("").heads.empty());
    CHECK(visit_with(head(2)).heads == std::vector<std::string>{head(2)});
    CHECK(visit_with(head(1)).heads == std::vector<std::string>{head(1), head(2)});
    CHECK(visit_with("rubbish\nmore").heads == std::vector<std::string>{head(1), head(2)});
    CHECK(visit_with("").heads == std::vector<std::string>{head(1), head(2)});

    replace_file(host.receiver.places.heads(), std::string(100'000, 'x'));
    CHECK(visit_with(head(3)).heads == std::vector<std::string>{head(3)});
    remove_file(host.receiver.places.heads());
    make_folder(host.receiver.places.heads(), 0700);
    const Answer answer = visit_with(head(3));
    CHECK(answer.heads.empty());
    CHECK(answer.requests.size() == 1);
}

TEST_CASE("the newest CRL is kept, whatever else comes changes nothing, and no visit fails over one") {
    const WebHost host;
    const Path file = host.receiver.places.crls();
    const auto visit_with = [&](const std::string& pem) {
        return receive_visit(host.receiver, {{}, "", 1, pem}, kNow).crl_note;
    };
    const Crls newest{crl_of(host.world, 8)};
    CHECK(visit_with("").empty());
    CHECK(visit_with(to_pem({crl_of(host.world, 7)})).empty());
    CHECK(visit_with(to_pem(newest)).empty());
    const World stranger;
    const std::string hostile[] = {"rubbish", to_pem({crl_of(host.world, 7)}), to_pem({crl_of(stranger, 9)}),
                                   newest[0].pem().substr(0, 300), signed_by(stranger.root_key, stranger.root()).pem()};
    for (const std::string& pem : hostile) {
        CHECK_FALSE(visit_with(pem).empty());
        CHECK(read_crls(file, host.receiver.roots) == newest);
    }
    replace_file(file, "damaged");
    CHECK_FALSE(visit_with("").empty());
    visit_with(to_pem(newest));
    CHECK(visit_with("").empty());
    remove_file(file);
    make_folder(file, 0700);
    const Answer answer = receive_visit(host.receiver, {{}, "", 1, to_pem(newest)}, kNow);
    CHECK_FALSE(answer.crl_note.empty());
    CHECK(answer.requests.size() == 1);
}

TEST_CASE("a chain is refused whose intermediate a CRL of the same delivery revokes, and its request is spent") {
    const WebHost host;
    const std::string first = request(host.visit());
    const Chain chain = host.chain('a');
    const Answer answer = receive_visit(
        host.receiver, {{{entry("www"), to_pem(chain)}}, "", 1, crl_of(host.world, 7, {stolen(chain[1])}).pem()}, kNow);
    CHECK(host.receipt(answer).outcome == Outcome::refused);
    CHECK_THAT(host.receipt(answer).reason, Catch::Matchers::Contains("was revoked at 2026-11-24T12:00:00Z"));
    CHECK(host.live() == "none");
    CHECK(request(answer) != first);
}

TEST_CASE("a pending request is sent again as it is until it expires") {
    const WebHost host;
    const std::string first = request(host.visit());
    CHECK(request(host.visit(kNow + hours{23})) == first);
    CHECK(request(host.visit(kNow + hours{24})) != first);
}

TEST_CASE("a new key takes the place of the pending one, for which nothing is installed any more") {
    const WebHost host;
    const std::string first = request(host.visit());
    const Chain chain = host.chain('a');
    make_new_key(host.receiver, entry("www"), kNow);
    const Answer answer = host.deliver(chain);
    CHECK(host.receipt(answer).outcome == Outcome::refused);
    CHECK(host.live() == "none");
    CHECK(request(answer) != first);
    static_cast<void>(host.deliver(host.chain('b')));
    CHECK(host.live() == serial('b').hex());
    CHECK(error_of([&] { make_new_key(host.receiver, entry("api"), kNow); }).kind() == ErrorKind::usage);
}

TEST_CASE("a receipt's counter only grows") {
    const WebHost host;
    const std::uint64_t first = host.receipt(host.visit()).counter;
    CHECK(host.receipt(host.visit()).counter > first);
    CHECK(host.receipt(host.visit()).issued_at == kNow);
}

TEST_CASE("a delivered chain is live when the answer leaves, and the next request is in it") {
    const WebHost host;
    const std::string first = request(host.visit());
    const Chain chain = host.chain('a');
    const Answer answer = host.deliver(chain);
    const Receipt receipt = host.receipt(answer);
    CHECK(receipt.outcome == Outcome::proved);
    CHECK(receipt.attempted == serial('a').hex());
    CHECK(receipt.serving == serial('a').hex());
    CHECK(receipt.not_after == chain.front().not_after());
    CHECK(receipt.proved_at == kNow);
    CHECK(request(answer) != first);
    CHECK_FALSE(host.pending_key()->public_key() == chain.front().public_key());
}

TEST_CASE("a receipt tells the visit step by step to a distributor that reads it, and keeps that until the next") {
    const WebHost host;
    host.visit();
    const auto visit = [&](const Delivery& delivery) {
        const std::string story = host.receipt(receive_visit(host.receiver, delivery, kNow)).story;
        std::string steps;
        for (const Story::Mark& mark : (story.empty() ? Story{} : parse_story(story)).marks)
            steps += static_cast<char>(mark.step);
        return steps;
    };
    const Delivery delivery{
        {{entry("www"), chain_file(std::string(64, '0'), to_pem(host.chain('a')))}}, "", kReceiptsWithStory};
    CHECK(visit({{}, "", kReceiptsWithStory}).empty());
    CHECK(visit(delivery) == "rsftl");
    CHECK(visit({{}, "", kReceiptsWithStory}) == "rsftl");
    CHECK(visit(delivery) == "rsftl");
    CHECK(visit({}).empty());
}

TEST_CASE("a receipt says what is wrong with what is installed, to a distributor that reads it") {
    const WebHost host;
    host.visit();
    const auto findings = [&](const Delivery& delivery) {
        return host.receipt(receive_visit(host.receiver, delivery, kNow)).findings;
    };
    const Path key = host.receiver.places.live_of(host.grant().entry) / kPrivateKeyFile;
    CHECK(findings({{}, "", kReceiptsWithFindings}).empty());
    CHECK(findings(
              {{{entry("www"), chain_file(std::string(64, '0'), to_pem(host.chain('a')))}}, "", kReceiptsWithFindings})
              .empty());
    std::filesystem::permissions(key, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
    CHECK_THAT(findings({{}, "", kReceiptsWithFindings}),
               Catch::StartsWith("wrong: '") && Catch::Contains("has another owner, group or mode"));
    CHECK(findings({{}, "", kReceiptsWithStory}).empty());
    write_new(host.folder / "rubbish", "rubbish");
    std::filesystem::rename(host.folder / "rubbish", key);
    CHECK_THAT(findings({{}, "", kReceiptsWithFindings}), Catch::StartsWith("wrong: "));
}

TEST_CASE("what clients get is looked at for a receipt while the visit has time for it, and not after") {
    const WebHost host;
    host.visit();
    static_cast<void>(host.receipt(receive_visit(
        host.receiver, {{{entry("www"), chain_file(std::string(64, '0'), to_pem(host.chain('a')))}}, "", 0}, kNow)));
    Grant grant = host.grant();
    grant.probe = Endpoint{"127.0.0.1", 1};  // nobody listens there
    const auto begin = std::chrono::steady_clock::now();
    CHECK_THAT(findings_for_receipt(host.receiver, grant, {}, begin + std::chrono::hours{1}, kNow),
               Catch::StartsWith("wrong: "));
    CHECK(findings_for_receipt(host.receiver, grant, {}, begin, kNow).empty());
}

TEST_CASE("the same chain again is no work, and the same receipt") {
    const WebHost host;
    host.visit();
    const Chain chain = host.chain('a');
    const Answer first = host.deliver(chain);
    const Answer second = host.deliver(chain, kNow + hours{1});
    CHECK(request(second) == request(first));
    CHECK(host.receipt(second).outcome == Outcome::proved);
    CHECK(host.receipt(second).proved_at == kNow);
    CHECK(host.reloads().size() == 1);
}

TEST_CASE("an old chain is not installed again when a newer one was") {
    const WebHost host;
    host.visit();
    const Chain old = host.chain('a');
    host.deliver(old);
    host.deliver(host.chain('b'));
    const Receipt receipt = host.receipt(host.deliver(old));
    CHECK(receipt.outcome == Outcome::refused);
    CHECK(receipt.serving == serial('b').hex());
}

TEST_CASE("an expired chain makes room for a new request in the same answer") {
    const WebHost host;
    const std::string first = request(host.visit());
    const Answer answer = host.deliver(host.chain('a'), kNow + hours{20});
    CHECK(host.receipt(answer).outcome == Outcome::skew);
    CHECK_THAT(host.receipt(answer).reason,
               Catch::Contains("2026-11-24T23:29:59Z") && Catch::Contains("2026-11-25T08:00:00Z"));
    CHECK(request(answer) != first);
}

TEST_CASE("a chain that is not valid yet, not ours or no chain at all leaves the request pending") {
    const WebHost host;
    const std::string first = request(host.visit());
    const Answer early = host.deliver(host.chain('a', kNow + hours{1}));
    CHECK(host.receipt(early).outcome == Outcome::skew);
    CHECK(request(early) == first);

    const World stranger;
    ToBeSigned leaf = stranger.leaf();
    leaf.spki = host.pending_key()->public_key().spki();
    const Answer foreign = host.deliver(
        {signed_by(stranger.intermediate_key, leaf), signed_by(stranger.root_key, stranger.intermediate())});
    CHECK(host.receipt(foreign).outcome == Outcome::refused);
    CHECK(request(foreign) == first);

    const Answer garbage = host.deliver(std::string("garbage"));
    CHECK(host.receipt(garbage).outcome == Outcome::refused);
    CHECK(host.receipt(garbage).attempted.empty());
    CHECK(request(garbage) == first);
    CHECK(host.live() == "none");
}

TEST_CASE("a certificate with a serial number that none of ours has is refused in a receipt that can be read") {
    const WebHost host;
    host.visit();
    const Receipt receipt = host.receipt(host.deliver(std::string(kLongSerial)));
    CHECK(receipt.outcome == Outcome::refused);
    CHECK(receipt.attempted.empty());
    CHECK_THAT(receipt.reason, !Catch::Contains("is not a chain"));
}

TEST_CASE("a journal that can't be read is set aside, and the same chain again is installed or proved") {
    const WebHost host;
    host.visit();
    const Chain chain = host.chain('a');
    deliver_and_crash(host, chain, GENERATE("test_crashes", "test_crashes_after", "reload_crashes"));
    const Path journal = host.receiver.places.journal_of(entry("www"));
    replace_file(journal, GENERATE(std::string("{"), std::string(100'000, ' ')));
    CHECK(host.receipt(host.deliver(chain)).outcome == Outcome::proved);
    CHECK(host.live() == serial('a').hex());
    CHECK_FALSE(std::filesystem::exists(journal));
    CHECK(std::filesystem::exists(host.receiver.places.journal() / "www.damaged"));
}

TEST_CASE("what a killed visit left half written is gone after the next") {
    const WebHost host;
    const ReceiverPlaces& places = host.receiver.places;
    for (const Path& folder : {places.state, places.pending(), places.journal(), places.records()}) {
        replace_file(folder / ".halfday-7-00ff", "half a key");
    }
    host.visit();
    for (const Path& folder : {places.state, places.pending(), places.journal(), places.records()}) {
        CHECK_FALSE(std::filesystem::exists(folder / ".halfday-7-00ff"));
    }
}

TEST_CASE("what was left unproved is proved by a later visit, whatever it brings") {
    const WebHost host;
    host.visit();
    host.set("test_fails");
    const Chain chain = host.chain('a');
    CHECK(host.receipt(host.deliver(chain)).outcome == Outcome::unproved);
    CHECK(host.receipt(host.visit()).outcome == Outcome::unproved);
    CHECK_FALSE(host.receipt(host.deliver(chain)).proved_at);
    host.unset("test_fails");
    const Receipt receipt = host.receipt(host.visit(kNow + hours{1}));
    CHECK(receipt.outcome == Outcome::proved);
    CHECK(receipt.proved_at == kNow + hours{1});
    CHECK(receipt.reason.empty());
}

TEST_CASE("what failed can be delivered again with the same key") {
    const WebHost host;
    const std::string first = request(host.visit());
    host.spoil('a');
    const Chain chain = host.chain('a');
    const Answer failed = host.deliver(chain);
    CHECK(host.receipt(failed).outcome == Outcome::failed);
    CHECK(request(failed) == first);
    host.unset("bad_pair");
    CHECK(host.receipt(host.deliver(chain)).outcome == Outcome::proved);
}

TEST_CASE("one entry that fails never stops the others") {
    const WebHost host(
        "  api: {names: [api.example.org], server: command, reload: [/bin/true], mode: \"0640\", group: "
        "no-such-group}\n");
    host.visit();
    const auto key = load_pending_key(host.receiver.places, entry("api"));
    const Chain api = host.chain('b', kNow, [&](ToBeSigned& leaf) {
        leaf.spki = key->public_key().spki();
        replace(leaf, subject_alternative_name({dns("api.example.org")}));
    });
    const Answer answer = receive_visit(host.receiver,
                                        {{{entry("api"), chain_file(std::string(64, '0'), to_pem(api))},
                                          {entry("www"), chain_file(std::string(64, '0'), to_pem(host.chain('a')))},
                                          {entry("other"), "not granted"}}},
                                        kNow);
    CHECK(host.receipt(answer).outcome == Outcome::proved);
    CHECK(host.receipt(answer, "api").outcome == Outcome::failed);
    CHECK_THAT(host.receipt(answer, "api").reason, Catch::Contains("no-such-group") && Catch::Contains("groupadd"));
    CHECK(answer.requests.size() == 2);
    CHECK(answer.receipts.size() == 2);
}

TEST_CASE("a visit that is killed at any step is finished by the next") {
    const WebHost host;
    host.visit();
    const Chain chain = host.chain('a');
    const std::string where = GENERATE("test_crashes", "test_crashes_after", "reload_crashes");
    CAPTURE(where);
    deliver_and_crash(host, chain, where);
    const Answer answer = host.deliver(chain);
    CHECK(host.receipt(answer).outcome == Outcome::proved);
    CHECK(host.live() == serial('a').hex());
    CHECK_FALSE(read_journal(host.receiver.places, entry("www")));
    CHECK_FALSE(host.pending_key()->public_key() == chain.front().public_key());
}

TEST_CASE("a visit that is killed after the flip leaves the way back to the next") {
    const WebHost host;
    host.visit();
    host.deliver(host.chain('a'));
    const Chain chain = host.chain('b');
    deliver_and_crash(host, chain, "test_crashes_after");
    CHECK(host.live() == serial('b').hex());
    host.spoil('b');
    const Receipt receipt = host.receipt(host.visit());
    CHECK(receipt.outcome == Outcome::rolled_back);
    CHECK(receipt.attempted == serial('b').hex());
    CHECK(receipt.serving == serial('a').hex());
    CHECK(receipt.proved_at == kNow);
}

TEST_CASE("a visit tries once, and deletes what has expired") {
    const WebHost host;
    host.visit();
    host.set("reload_fails");
    CHECK(host.receipt(host.deliver(host.chain('a'))).outcome == Outcome::unproved);
    CHECK(host.reloads().size() == 1);
    host.unset("reload_fails");
    host.deliver(host.chain('b'));
    host.deliver(host.chain('c'));
    host.visit(kNow + hours{13});
    const Path versions = host.receiver.places.versions_of(entry("www"));
    CHECK(std::distance(std::filesystem::directory_iterator(versions), {}) == 2);
}

TEST_CASE("a key that is installed is never asked for again, even if a crash left it pending") {
    const WebHost host;
    host.visit();
    const std::string key = read_file(host.receiver.places.pending_key(entry("www")), 10'000);
    const std::string jws = read_file(host.receiver.places.pending_request(entry("www")), 10'000);
    host.deliver(host.chain('a'));
    replace_file(host.receiver.places.pending_key(entry("www")), key);
    replace_file(host.receiver.places.pending_request(entry("www")), jws);
    CHECK(request(host.visit()) != jws);
}

TEST_CASE("a request that lost its key, or a live version that is damaged, is replaced") {
    const WebHost host;
    const std::string first = request(host.visit());
    std::filesystem::remove(host.receiver.places.pending_key(entry("www")));
    const std::string second = request(host.visit());
    CHECK(second != first);
    host.deliver(host.chain('a'));
    std::filesystem::remove(host.receiver.places.live_of(entry("www")) / kFullChainFile);
    CHECK(host.receipt(host.deliver(host.chain('b'))).outcome == Outcome::proved);
    CHECK(host.live() == serial('b').hex());
}

TEST_CASE("status tells from disk what is live, asked for and last delivered") {
    const WebHost host;
    host.visit(kNow - hours{1});
    CHECK(read_status(host.receiver, kNow).at(0).requested_at == kNow - hours{1});
    host.deliver(host.chain('a'));
    const EntryStatus status = read_status(host.receiver, kNow).at(0);
    CHECK(status.live == serial('a').hex());
    CHECK(status.record.outcome == Outcome::proved);
    CHECK(status.problem.empty());
    replace_file(host.receiver.places.record_of(entry("www")), "{}");
    CHECK_THAT(read_status(host.receiver, kNow).at(0).problem, Catch::Contains("is damaged"));
}

TEST_CASE("check says what would keep a delivery from working") {
    const WebHost host;
    const auto wrong = [&] {
        std::string text;
        for (const Finding& finding : check_receiver(host.receiver, kNow)) {
            if (finding.level != Finding::Level::fine) text += finding.what + "\n";
        }
        return text;
    };
    CHECK(wrong().empty());
    host.set("test_fails");
    CHECK(wrong() == "www: the configuration test fails: broken here\n");
    host.unset("test_fails");
    std::filesystem::permissions(host.receiver.places.pending(), std::filesystem::perms::all);
    std::filesystem::remove(host.receiver.places.live());
    CHECK_THAT(wrong(), Catch::Contains("pending' has another owner or mode") && Catch::Contains("there is no '"));
    if (::getuid() == 0) {
        REQUIRE(::chown(host.receiver.places.records().c_str(), 65534, 65534) == 0);
        CHECK_THAT(wrong(), Catch::Contains("receipts' has another owner or mode"));
    }
    CHECK(check_receiver(host.receiver, kNow + hours{24 * 366}).front().level == Finding::Level::wrong);
}

}  // namespace halfday::test
