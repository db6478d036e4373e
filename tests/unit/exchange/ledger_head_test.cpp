#include "ca/exchange/ledger_head.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <variant>

#include "ca/exchange/inventory.hpp"
#include "ca/exchange/message.hpp"

using namespace halfday;

namespace {

constexpr Time kNow{Seconds{1'795'000'000}};

const PrivateKey& ledger_key() {
    static const PrivateKey kKey = PrivateKey::generate(KeyAlgorithm::parse("Ed25519"));
    return kKey;
}

LedgerHead head_at(std::int64_t size, char hash = 'a', char log = '1') {
    return {std::string(32, log), size, std::string(64, hash)};
}

std::string text_at(std::int64_t size, char hash = 'a') { return sign_head(head_at(size, hash), ledger_key(), kNow); }

std::string fault_of(const std::string& text) {
    const auto opened = open_head(text);
    const auto* const refusal = std::get_if<Refusal>(&opened);
    return refusal == nullptr ? "" : refusal->text();
}

SignedHead plain(std::int64_t size, char hash = 'a', char log = '1', const std::string& key = "key") {
    return {head_at(size, hash, log), key, kNow, std::to_string(size)};
}

}  // namespace

TEST_CASE("a signed head opens as it was signed, with the key that it names") {
    const auto opened = open_head(text_at(7));
    REQUIRE(std::holds_alternative<SignedHead>(opened));
    const auto& head = std::get<SignedHead>(opened);
    CHECK(head.head == head_at(7));
    CHECK(head.key == identity_text(ledger_key().public_key()));
    CHECK(head.at == kNow);
    CHECK(head.text == text_at(7));
    CHECK(head.text.size() < kMostHeadBytes);
}

TEST_CASE("what is no head, or was changed on its way, does not open") {
    const std::string good = text_at(7);
    const PrivateKey other = PrivateKey::generate(KeyAlgorithm::parse("Ed25519"));
    CHECK(fault_of("") == "it is not a key and a signed head");
    CHECK(fault_of(std::string(2000, 'x') + " y") == "it is not a key and a signed head");
    CHECK(fault_of("ed25519:AAAA " + good.substr(good.find(' ') + 1)).find("is not a host's identity") !=
          std::string::npos);
    CHECK(fault_of(identity_text(other.public_key()) + good.substr(good.find(' '))) ==
          "the signature is not by the ledger key that it names");
    CHECK(fault_of(good + "=") == "the ledger head is not in base64url");
    std::string changed = good;
    changed[good.find('.') + 12] = changed[good.find('.') + 12] == 'A' ? 'B' : 'A';
    CHECK(fault_of(changed) == "the signature is not by the ledger key that it names");
    CHECK(fault_of(sign_head({"short", 7, std::string(64, 'a')}, ledger_key(), kNow)).find("'log'") !=
          std::string::npos);
    CHECK(fault_of(sign_head({std::string(32, '1'), -1, std::string(64, 'a')}, ledger_key(), kNow)).find("'size'") !=
          std::string::npos);
    CHECK(fault_of(sign_head({std::string(32, '1'), 7, std::string(64, 'A')}, ledger_key(), kNow)).find("'hash'") !=
          std::string::npos);
}

TEST_CASE("a host keeps the first head, the newest, and fewer the older they are") {
    std::vector<SignedHead> heads;
    for (std::int64_t size = 1; size <= 5000; ++size) {
        heads = keep_heads(heads, plain(size));
        REQUIRE(heads.size() <= kMostHeads);
    }
    CHECK(heads.size() == kMostHeads);
    CHECK(heads.front().head.size == 1);
    CHECK(heads.back().head.size == 5000);
    for (std::size_t index = 1; index + 1 < heads.size(); ++index) {
        const auto gap = heads[index + 1].head.size - heads[index].head.size;
        CHECK(gap <=
              2 * (5000 - heads[index].head.size) + 2);  // whatever age a rewriting reaches to, some head is near
    }
    CHECK(heads[heads.size() / 2].head.size > 2500);
}

TEST_CASE("two heads of one size that differ are both kept, whatever comes") {
    std::vector<SignedHead> heads{plain(40, 'a'), plain(40, 'b')};
    for (std::int64_t size = 1; size <= 200; ++size) {
        if (size != 40) heads = keep_heads(heads, plain(size));
    }
    std::set<std::string> hashes;
    for (const SignedHead& each : heads) {
        if (each.head.size == 40) hashes.insert(each.head.hash);
    }
    CHECK(hashes.size() == 2);
}

TEST_CASE("the same head again changes nothing; many logs don't push out what came first") {
    const std::vector<SignedHead> one = keep_heads({}, plain(3));
    CHECK(keep_heads(one, plain(3)).size() == 1);
    std::vector<SignedHead> heads = one;
    for (char log = 'a'; log <= 'z'; ++log) heads = keep_heads(heads, plain(9, 'a', log));
    CHECK(heads.size() == kMostHeads);
    CHECK(heads.front().head == plain(3).head);
    CHECK(keep_heads(heads, plain(1, 'a', '9', "another key")).size() == kMostHeads);
}

TEST_CASE("texts that are no heads are left out, and known ones stay as they are") {
    const std::vector<std::string> known{text_at(1)};
    CHECK(keep_head_texts(known, {"rubbish", text_at(2), text_at(1)}) == std::vector{text_at(1), text_at(2)});
    CHECK(keep_head_texts({"rubbish", "a b.c.d"}, {}).empty());
    CHECK(keep_head_texts(known, {}) == known);
}
