#include "ca/exchange/wire.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "ca/base/error.hpp"
#include "ca/exchange/crls.hpp"
#include "refused.hpp"

using namespace halfday;
using halfday::test::refused;

namespace {

std::string fault_of_delivery(const std::string& json) {
    return refused(ErrorKind::remote, [&] { static_cast<void>(parse_delivery(json)); });
}
std::string fault_of_answer(const std::string& json) {
    return refused(ErrorKind::remote, [&] { static_cast<void>(parse_answer(json)); });
}

std::string answer_with(const std::string& from = "", const std::string& to = "") {
    Answer answer;
    answer.host = "web1.example.org";
    answer.version = "0.1.0";
    answer.identity = "ed25519:AAAA";
    answer.requests = {{EntryName::parse("www"), "a.b.c"}, {EntryName::parse("api"), "d.e.f"}};
    answer.receipts = {{EntryName::parse("www"), "g.h.i"}};
    std::string json = to_json(answer);
    if (!from.empty()) {
        REQUIRE(json.find(from) != std::string::npos);
        json.replace(json.find(from), from.size(), to);
    }
    return json;
}

}  // namespace

TEST_CASE("a delivery arrives as it was sent") {
    const Delivery delivery{{{EntryName::parse("www"), "Request: 00\nx"}, {EntryName::parse("api"), ""}}};
    const Delivery arrived = parse_delivery(to_json(delivery));
    REQUIRE(arrived.chains.size() == 2);
    CHECK(arrived.chains[0].entry.text() == "www");
    CHECK(arrived.chains[0].chain_file == "Request: 00\nx");
    CHECK(arrived.chains[1].chain_file.empty());
    CHECK(to_json(Delivery{}) == R"({"protocol":1,"chains":[]})");
    CHECK(parse_delivery(to_json(Delivery{})).chains.empty());
    CHECK(arrived.receipts == 1);
    CHECK(parse_delivery(to_json(Delivery{{}, "", 2})).receipts == 2);
}

TEST_CASE("an answer arrives as it was sent") {
    const Answer arrived = parse_answer(answer_with());
    CHECK(arrived.host == "web1.example.org");
    CHECK(arrived.version == "0.1.0");
    CHECK(arrived.identity == "ed25519:AAAA");
    REQUIRE(arrived.requests.size() == 2);
    CHECK(arrived.requests[1].entry.text() == "api");
    CHECK(arrived.requests[1].jws == "d.e.f");
    REQUIRE(arrived.receipts.size() == 1);
    CHECK(arrived.receipts[0].jws == "g.h.i");
}

TEST_CASE("CRLs go along, and what became of them comes back; nothing is refused over those of another form") {
    Delivery delivery;
    delivery.crls = "some PEM";
    CHECK(parse_delivery(to_json(delivery)).crls == "some PEM");
    CHECK(parse_delivery(R"({"protocol":1,"chains":[]})").crls.empty());  // an older distributor's
    CHECK(parse_delivery(R"({"protocol":1,"chains":[],"crls":[7]})").crls.empty());
    const std::string large(kMostCrlsBytes + 1, 'x');
    CHECK(parse_delivery(R"({"protocol":1,"chains":[],"crls":")" + large + "\"}").crls.empty());
    Answer answer;
    answer.host = "web1.example.org";
    CHECK(to_json(answer).find("crl_note") == std::string::npos);
    answer.crl_note = "why";
    CHECK(parse_answer(to_json(answer)).crl_note == "why");
    CHECK(parse_answer(answer_with(R"("heads":[])", R"("heads":[],"crl_note":7)")).crl_note.empty());
}

TEST_CASE("the ledger's head goes along, and nothing is refused over one of another form") {
    Delivery delivery;
    delivery.head = "a head";
    CHECK(parse_delivery(to_json(delivery)).head == "a head");
    CHECK(parse_delivery(R"({"protocol":1,"chains":[],"head":7})").head.empty());
    CHECK(parse_delivery(R"({"protocol":1,"chains":[],"head":")" + std::string(1025, 'x') + "\"}").head.empty());

    Answer answer;
    answer.host = "web1.example.org";
    answer.heads = {"one", "", "two"};
    CHECK(parse_answer(to_json(answer)).heads == std::vector<std::string>{"one", "two"});
    answer.heads.assign(100, "many");
    CHECK(parse_answer(to_json(answer)).heads.size() == 16);
    CHECK(parse_answer(answer_with(R"("heads":[])", R"("heads":7)")).heads.empty());
    CHECK(parse_answer(answer_with(R"("heads":[])", R"("heads":[{"head":7},{"head":"x"},{}])")).heads.size() == 1);
    CHECK(parse_answer(answer_with(R"(,"heads":[])", "")).heads.empty());
}

TEST_CASE("another protocol is refused with both numbers") {
    CHECK(fault_of_answer(R"({"protocol":2,"anything":{}})") ==
          "the other side speaks protocol 2, this side protocol 1");
    CHECK(fault_of_delivery(R"({"protocol":0})") == "the other side speaks protocol 0, this side protocol 1");
}

TEST_CASE("a newer side may say more within the same protocol") {
    CHECK(parse_answer(answer_with(R"("host")", R"("ledger_heads":[{"x":1.5,"y":null}],"host")")).host ==
          "web1.example.org");
    CHECK(parse_delivery(R"({"protocol":1,"crl":"x","chains":[{"entry":"www","chain_file":"y","z":true}]})")
              .chains.size() == 1);
}

TEST_CASE("an answer that is not one is refused, with its beginning fit for a terminal") {
    struct Case {
        std::string json;
        std::string reason;
    };
    const std::string long_text(5000, 'x');
    const Case cases[] = {
        {"", "it is not JSON (byte 1)"},
        {"Welcome to web1\n", "it is not JSON (byte 1)"},
        {"\x1b[2J", "it is not JSON (byte 1)"},
        {"banner\n" + answer_with(), "it is not JSON (byte 1)"},
        {answer_with() + answer_with(), "it is not JSON (byte"},
        {"[]", "it is not a JSON object"},
        {"{}", "'protocol': it is missing"},
        {R"({"protocol":"1"})", "'protocol': it is not a whole number"},
        {R"({"protocol":1,"protocol":1})", "the member 'protocol' is there twice"},
        {std::string(kMostWireBytes + 1, ' '), "it is larger than 4194304 bytes"},
        {R"({"protocol":1,"x":)" + std::string(100000, '['), "it is nested deeper than 8"},
        {answer_with(R"("host":"web1)", R"("host":")" + long_text), "'host': it is longer than 253 bytes"},
        {answer_with("0.1.0", long_text), "'version': it is longer than 64 bytes"},
        {answer_with("AAAA", long_text), "'identity': it is longer than 256 bytes"},
        {answer_with("a.b.c", std::string(32769, 'a')), "'requests[0].jws': it is longer than 32768 bytes"},
        {answer_with("g.h.i", std::string(32769, 'a')), "'receipts[0].jws': it is longer than 32768 bytes"},
        {answer_with("\"api\"", "\"www\""), "'requests[1].entry': it is there twice"},
        {answer_with("\"api\"", "\"../x\""), "'requests[1].entry': '../x' is not an entry's name"},
        {answer_with(R"("jws":"d.e.f")", R"("jwt":"")"), "'requests[1].jws': it is missing"},
        {answer_with(R"("receipts":[)", R"("receipts":[1,)"), "'receipts': it has something else than objects in it"},
        {answer_with(R"("receipts")", R"("receipt")"), "'receipts': it is missing"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.json.substr(0, 100), each.reason);
        const std::string found = fault_of_answer(each.json);
        CHECK(found.starts_with("the answer is not one: " + each.reason));
        CHECK(found.find("; it begins with '") != std::string::npos);
        CHECK(found.size() < 600);
        CHECK(found.find('\x1b') == std::string::npos);
    }
    CHECK(fault_of_answer("Welcome to web1\n") ==
          "the answer is not one: it is not JSON (byte 1); it begins with 'Welcome to web1\\x0a'");
}

TEST_CASE("a delivery that is not one is refused") {
    CHECK(fault_of_delivery(R"({"protocol":1})").starts_with("the delivery is not one: 'chains': it is missing"));
    CHECK(fault_of_delivery(R"({"protocol":1,"chains":[{"entry":"www","chain_file":")" + std::string(65537, 'x') +
                            R"("}]})")
              .starts_with("the delivery is not one: 'chains[0].chain_file': it is longer than 65536 bytes"));
    CHECK(fault_of_delivery(
              R"({"protocol":1,"chains":[{"entry":"www","chain_file":""},{"entry":"www","chain_file":""}]})")
              .starts_with("the delivery is not one: 'chains[1].entry': it is there twice"));
}

TEST_CASE("a document of the wire that is cut anywhere is refused") {
    const std::string answer = answer_with();
    for (std::size_t size = 0; size < answer.size(); ++size) {
        CAPTURE(size);
        REQUIRE_FALSE(fault_of_answer(answer.substr(0, size)).empty());
    }
}
