#include "distribute/push/reception.hpp"

#include <catch2/catch.hpp>

#include "ca/exchange/ledger_head.hpp"
#include "host_under_test.hpp"

namespace halfday {
namespace {

using test::HostUnderTest;
using test::kNow;

const std::string kSerial(32, '1');
const std::string kSha256(64, 'c');
const Interval kWhen{kNow - Seconds{1}, kNow + Seconds{1}};

/// One host, to which a chain for www went.
struct Scene {
    HostUnderTest web{"web1.example.org"};
    Errand errand{&web.host, {{web.www, kSha256, kSerial}}, {}};
    HostRecord known{identity_text(web.host.identity), {}, "an old problem", {}, {}};

    [[nodiscard]] Reception receive(const Answer& answer) const {
        return receive_answer(errand, answer, known, {web.root}, kWhen);
    }
    [[nodiscard]] Reception receive(const Receipt& receipt) const {
        return receive(web.answer({}, {web.sign(receipt)}));
    }
    [[nodiscard]] Receipt receipt(Outcome outcome) const { return web.receipt(web.www, 5, outcome, kSerial); }
};

EntryRecord entry_of(const Reception& reception) {
    const auto found = reception.record.entries.find(EntryName::parse("www"));
    return found == reception.record.entries.end() ? EntryRecord{} : found->second;
}

bool has_problem(const Reception& reception, const std::string& text) {
    return reception.notices.size() == 1 && reception.notices[0].kind == Notice::Kind::problem &&
           reception.notices[0].text.find(text) != std::string::npos;
}

struct OutcomeCase {
    Outcome outcome;
    const char* line;
};

const OutcomeCase kOutcomes[] = {
    {Outcome::unproved, "web1.example.org www: unproved: it \\x1b[31mdid not work"},
    {Outcome::rolled_back, "web1.example.org www: rolled back: it \\x1b[31mdid not work"},
    {Outcome::refused, "web1.example.org www: refused: it \\x1b[31mdid not work"},
    {Outcome::failed, "web1.example.org www: failed: it \\x1b[31mdid not work"},
};

}  // namespace

TEST_CASE("heads that the host was shown are kept, and what is none is not") {
    Scene scene;
    const PrivateKey key = PrivateKey::generate(KeyAlgorithm::parse("Ed25519"));
    const std::string older = sign_head({std::string(32, '1'), 1, std::string(64, 'a')}, key, kNow);
    const std::string newer = sign_head({std::string(32, '1'), 2, std::string(64, 'b')}, key, kNow);
    scene.known.heads = {older};
    Answer answer = scene.web.answer({}, {scene.web.sign(scene.receipt(Outcome::proved))});
    answer.heads = {"rubbish", newer};
    const Reception reception = scene.receive(answer);
    CHECK(reception.record.heads == std::vector<std::string>{older, newer});
    CHECK(reception.record.problem.empty());
}

TEST_CASE("runs in which a host gave no answer of its own are counted until it gives one") {
    Scene scene;
    scene.known.misses = {3, kNow - std::chrono::hours{1}};
    CHECK(receive_nothing(scene.errand, scene.known, Error(ErrorKind::remote, "no"), kWhen).record.misses ==
          Misses{4, kWhen.end});
    Answer answer = scene.web.answer({}, {scene.web.sign(scene.receipt(Outcome::failed))});
    CHECK(scene.receive(answer).record.misses == Misses{});
    answer.host = "web2.example.org";
    CHECK(scene.receive(answer).record.misses == Misses{4, kWhen.end});
}

TEST_CASE("a proved receipt is kept, and its chain is delivered") {
    const Scene scene;
    const Reception reception = scene.receive(scene.receipt(Outcome::proved));
    CHECK(entry_of(reception).delivered == kSha256);
    CHECK(entry_of(reception).outcome == Outcome::proved);
    CHECK(entry_of(reception).counter == 5);
    CHECK(entry_of(reception).serving == kSerial);
    CHECK(reception.receipts.size() == 1);
    CHECK(reception.record.problem.empty());
    CHECK(reception.record.reached_at == kWhen.end);
    REQUIRE(reception.notices.size() == 1);
    CHECK(reception.notices[0].kind == Notice::Kind::news);
    CHECK(reception.notices[0].line() ==
          "web1.example.org www: proved: serves " + kSerial + " until 2026-11-25T00:00:00Z");
}

TEST_CASE("a delivery is kept with its story, when it was sent, and when its request was fetched") {
    Scene scene;
    Receipt receipt = scene.receipt(Outcome::proved);
    receipt.story = "1795000000 r0 s2";
    EntryRecord& before = scene.known.entries[scene.web.www];
    before.fetched_at = kNow - std::chrono::hours{4};
    EntryRecord after = entry_of(scene.receive(receipt));
    CHECK(after.story == receipt.story);
    CHECK(after.sent_at == kWhen.begin);
    CHECK(after.asked_at == before.fetched_at);

    after.fetched_at = kNow;  // the next request, which this chain doesn't answer
    scene.known.entries[scene.web.www] = after;
    ++receipt.counter;
    CHECK(entry_of(scene.receive(receipt)).asked_at == kNow - std::chrono::hours{4});
}

TEST_CASE("every other outcome is a problem, told with the host's reason made harmless") {
    for (const OutcomeCase& one : kOutcomes) {
        const Scene scene;
        const Reception reception = scene.receive(scene.receipt(one.outcome));
        REQUIRE(reception.notices.size() == 1);
        CHECK(reception.notices[0].kind == Notice::Kind::problem);
        CHECK(reception.notices[0].line() == one.line);
        CHECK_FALSE(reception.notices[0].hint.empty());
        CHECK(entry_of(reception).delivered == kSha256);
        CHECK(entry_of(reception).outcome == one.outcome);
    }
}

TEST_CASE("a certificate that expired on the way to a host whose clock is right is news, not a problem") {
    const Scene scene;
    Receipt receipt = scene.receipt(Outcome::skew);
    receipt.issued_at = kNow + kMostSkew - Seconds{1};
    const Reception reception = scene.receive(receipt);
    REQUIRE(reception.notices.size() == 1);
    CHECK(reception.notices[0].kind == Notice::Kind::news);
    CHECK_THAT(reception.notices[0].text, Catch::Contains("expired before it could be delivered"));
}

TEST_CASE("skew is told with how far the host's clock is off") {
    const Scene scene;
    Receipt receipt = scene.receipt(Outcome::skew);
    receipt.issued_at = kWhen.begin - std::chrono::hours{13};
    receipt.expires = receipt.issued_at + kMessageLifetime;
    const Reception reception = scene.receive(receipt);
    CHECK(reception.record.skew == std::chrono::hours{-13});
    CHECK(has_problem(reception, "its clock is off by -13 h"));
}

TEST_CASE("a clock is off by no less than what lies outside the conversation") {
    CHECK(skew_of(kWhen.begin - Seconds{3}, kWhen) == Seconds{-3});
    CHECK(skew_of(kWhen.begin, kWhen) == Seconds{0});
    CHECK(skew_of(kNow, kWhen) == Seconds{0});
    CHECK(skew_of(kWhen.end, kWhen) == Seconds{0});
    CHECK(skew_of(kWhen.end + Seconds{3}, kWhen) == Seconds{3});
}

TEST_CASE("a receipt that another key signed changes nothing") {
    const Scene scene;
    const HostUnderTest thief("web1.example.org");
    const Reception reception = scene.receive(scene.web.answer({}, {thief.sign(scene.receipt(Outcome::proved))}));
    CHECK(has_problem(reception, "not to be believed"));
    CHECK(entry_of(reception) == EntryRecord{});
    CHECK(reception.receipts.empty());
    CHECK(reception.record.problem.find("www: ") == 0);
}

TEST_CASE("a receipt for another root or entry changes nothing") {
    const Scene scene;
    Receipt receipt = scene.receipt(Outcome::proved);
    receipt.audience = Fingerprint::of_spki("another root");
    CHECK(has_problem(scene.receive(receipt), "not to be believed"));

    const Receipt of_api = scene.web.receipt(scene.web.api, 5, Outcome::proved, kSerial);
    const Answer::Message misfiled{scene.web.www, scene.web.sign(of_api).jws};
    CHECK(has_problem(scene.receive(scene.web.answer({}, {misfiled})), "not to be believed"));
}

TEST_CASE("a counter that goes back is an older receipt; the same one is the same state") {
    Scene scene;
    scene.known.entries[scene.web.www].counter = 6;
    CHECK(has_problem(scene.receive(scene.receipt(Outcome::proved)), "counter 5 after 6"));
    CHECK(entry_of(scene.receive(scene.receipt(Outcome::proved))).counter == 6);

    scene.known.entries[scene.web.www].counter = 5;
    scene.known.skew = Seconds{1};
    const Reception reception = scene.receive(scene.receipt(Outcome::proved));
    CHECK(entry_of(reception).delivered == kSha256);
    CHECK(reception.record.skew == Seconds{1});
}

TEST_CASE("a receipt about another serial is no word on the chain that went") {
    Scene scene;
    scene.known.entries[scene.web.www].delivered = "before";
    const Reception reception =
        scene.receive(scene.web.receipt(scene.web.www, 5, Outcome::proved, std::string(32, '2')));
    CHECK(has_problem(reception, "did not take notice"));
    CHECK(entry_of(reception).delivered == "before");
    CHECK(entry_of(reception).counter == 5);
}

TEST_CASE("a chain without a receipt is not delivered") {
    const Scene scene;
    const Reception reception = scene.receive(scene.web.answer({}, {}));
    CHECK(has_problem(reception, "did not say what became of the chain"));
    CHECK(entry_of(reception).delivered.empty());
}

TEST_CASE("receipts of entries to which nothing went are kept in silence") {
    Scene scene;
    scene.errand.sent.clear();
    scene.known.entries[scene.web.www].delivered = kSha256;
    const Reception reception = scene.receive(scene.receipt(Outcome::unproved));
    CHECK(reception.notices.empty());
    CHECK(entry_of(reception).outcome == Outcome::unproved);
    CHECK(entry_of(reception).delivered == kSha256);
}

TEST_CASE("requests are brought home unread, for entries of the inventory alone") {
    Scene scene;
    scene.errand = {&scene.web.host, {}, {scene.web.www}};
    const Reception reception =
        scene.receive(scene.web.answer({{scene.web.www, "anything"}, {EntryName::parse("stranger"), "anything"}}, {}));
    REQUIRE(reception.requests.size() == 1);
    CHECK(reception.requests[0].entry == scene.web.www);
    CHECK(reception.notices.empty());
}

TEST_CASE("a host that was asked and has no request is told, and status shows it") {
    Scene scene;
    scene.errand = {&scene.web.host, {}, {scene.web.www, scene.web.api}};
    const Reception reception = scene.receive(scene.web.answer({{scene.web.www, "anything"}}, {}));
    CHECK(has_problem(reception, "gave no request"));
    CHECK(reception.record.problem == "api: the host gave no request for it");
}

TEST_CASE("a host with a hundred problems has a few of them and their number in its line") {
    Scene scene;
    scene.errand = {&scene.web.host, {}, {}};
    for (int i = 1; i <= 100; ++i) {
        const EntryName entry = EntryName::parse("entry" + std::to_string(i));
        scene.errand.asked.push_back(entry);
    }
    const Reception reception = scene.receive(scene.web.answer({}, {}));
    CHECK(reception.notices.size() == 100);
    CHECK_THAT(reception.record.problem,
               Catch::StartsWith("entry1: the host gave no request for it; entry2: ") &&
                   Catch::EndsWith("; entry5: the host gave no request for it; … and 95 more"));
}

TEST_CASE("a host that calls itself by another name is not listened to") {
    const Scene scene;
    Answer answer = scene.web.answer({{scene.web.www, "anything"}}, {scene.web.sign(scene.receipt(Outcome::proved))});
    answer.host = "web2.example.org\n";
    const Reception reception = scene.receive(answer);
    CHECK(has_problem(reception, "calls itself 'web2.example.org\\x0a'"));
    CHECK(reception.requests.empty());
    CHECK(reception.receipts.empty());
    CHECK_FALSE(reception.record.reached_at);
}

TEST_CASE("a host that can't be reached keeps what is known of it") {
    Scene scene;
    scene.known.reached_at = kNow - std::chrono::hours{1};
    scene.known.entries[scene.web.www].counter = 5;
    const Reception reception =
        receive_nothing(scene.errand, scene.known, Error(ErrorKind::remote, "connection refused", "is it up?"), kWhen);
    CHECK(has_problem(reception, "connection refused"));
    CHECK(reception.notices[0].hint == "is it up?");
    CHECK(reception.record.problem == "connection refused");
    CHECK(reception.record.reached_at == scene.known.reached_at);
    CHECK(reception.record.entries == scene.known.entries);
    CHECK(reception.record.misses == Misses{1, kWhen.end});
}

}  // namespace halfday
