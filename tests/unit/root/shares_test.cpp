#include "ca/root/shares.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "ca/root/share_words.hpp"
#include "tests/unit/error_of.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

Share copy_of(const Share& share) {
    return {share.set, share.threshold, share.number, Secret::copy_of(share.bytes.reveal())};
}

/// These of `made`, by number.
std::vector<Share> chosen(const SharedKey& made, const std::vector<std::size_t>& numbers) {
    std::vector<Share> shares;
    for (const std::size_t number : numbers) {
        shares.push_back(copy_of(made.shares.at(number - 1)));
    }
    return shares;
}

std::string text_of(const Decision<Secret>& decision) {
    const auto* refusal = std::get_if<Refusal>(&decision);
    return refusal != nullptr ? refusal->text() : std::string(std::get<Secret>(decision).reveal());
}

std::string words_of(const Share& share) { return std::string(to_words(share).reveal()); }

Share typed(const std::string& words) { return parse_share(Secret::copy_of(words)); }

std::string refusal_of(const std::string& words) {
    return message_of([&] { return typed(words); });
}

/// The words with one of them replaced.
std::string with_word(const std::string& words, std::size_t number, const std::string& word) {
    std::size_t begin = 0;
    for (std::size_t at = 1; at < number; ++at) {
        begin = words.find(' ', begin) + 1;
    }
    return words.substr(0, begin) + word + words.substr(std::min(words.find(' ', begin), words.size()));
}

}  // namespace

TEST_CASE("the list has 2048 words in order, told apart by four letters, and each is found by them") {
    std::set<std::string_view> beginnings;
    for (std::size_t number = 0; number < kShareWords; ++number) {
        const std::string_view word = share_word(number);
        CHECK(beginnings.insert(word.substr(0, 4)).second);
        CHECK(word.size() >= 3);
        CHECK(word.size() <= 8);
        CHECK(share_word_number(word) == number);
        CHECK(share_word_number(word.substr(0, 4)) == number);
    }
    CHECK(share_word(0) == "abandon");
    CHECK(share_word(kShareWords - 1) == "zoo");
    for (const char* other : {"", "aba", "abandons", "abandoned", "Abandon", "zzzz", "act1", "ac"}) {
        INFO(other);
        CHECK_FALSE(share_word_number(other));
    }
}

TEST_CASE("any threshold of the shares makes the key, in any order, and fewer or forged ones don't") {
    const SharedKey made = make_shared_key(3, 5);
    const std::string key(made.key.reveal());
    CHECK(key.size() == 64);
    REQUIRE(made.shares.size() == 5);
    for (std::size_t a = 1; a <= 5; ++a) {
        for (std::size_t b = a + 1; b <= 5; ++b) {
            for (std::size_t c = b + 1; c <= 5; ++c) {
                CHECK(text_of(combine(chosen(made, {c, a, b}), made.sharing)) == key);
            }
        }
    }
    CHECK(text_of(combine(chosen(made, {1, 2, 3, 4, 5}), made.sharing)) == key);
    CHECK(text_of(combine(chosen(made, {1, 5}), made.sharing)) ==
          "2 shares were given, and the key needs any 3 of 5 shares of set " + made.sharing.set());
    auto forged = chosen(made, {1, 2, 3});
    forged[1].bytes.data()[0] = static_cast<char>(forged[1].bytes.data()[0] ^ 1);
    CHECK(text_of(combine(forged, made.sharing)).starts_with("these shares do not make the key"));
}

TEST_CASE("the smallest and the largest set work, and two sets have nothing in common") {
    for (const auto& [threshold, count] : {std::pair(2, 2), std::pair(16, 16), std::pair(2, 16)}) {
        const SharedKey made = make_shared_key(threshold, count);
        CHECK(text_of(combine(made.shares, made.sharing)) == made.key.reveal());
    }
    const SharedKey one = make_shared_key(2, 3);
    const SharedKey other = make_shared_key(2, 3);
    CHECK(one.key.reveal() != other.key.reveal());
    CHECK(one.sharing.set() != other.sharing.set());
    CHECK(one.shares[0].bytes.reveal() != one.shares[1].bytes.reveal());
}

TEST_CASE("a sharing that protects nothing or nobody can use is refused") {
    CHECK_FALSE(check_sharing(2, 2));
    CHECK_FALSE(check_sharing(3, 16));
    CHECK(check_sharing(1, 5));
    CHECK(check_sharing(0, 0));
    CHECK(check_sharing(3, 2));
    CHECK(check_sharing(3, 17));
    CHECK(check_sharing(-1, 300));
}

TEST_CASE("a share is 32 words, read back as it was, shortened, in capitals, over several lines") {
    const SharedKey made = make_shared_key(3, 5);
    const Share& share = made.shares[3];
    const std::string words = words_of(share);
    CHECK(std::count(words.begin(), words.end(), ' ') == 31);
    std::string shortened;
    std::string capitals;
    for (std::size_t at = 0, letters = 0; at < words.size(); ++at) {
        letters = words[at] == ' ' ? 0 : letters + 1;
        if (letters <= 4) {
            shortened += words[at] == ' ' ? '\n' : words[at];
        }
        capitals += static_cast<char>(words[at] == ' ' ? '\t' : words[at] - 'a' + 'A');
    }
    for (const std::string& form :
         {words, std::string(to_short_words(share).reveal()), shortened, capitals, "  " + words + " \n"}) {
        const Share read = typed(form);
        CHECK(read.set == made.sharing.set());
        CHECK(read.threshold == 3);
        CHECK(read.number == 4);
        CHECK(read.bytes.reveal() == share.bytes.reveal());
    }
}

TEST_CASE("a miswritten share is refused with what is wrong, and none of its words") {
    const std::string words = words_of(make_shared_key(3, 5).shares[0]);
    CHECK(refusal_of("") == "that is no share: it has 0 words, and a share has 32");
    CHECK(refusal_of(words + " zoo") == "that is no share: it has 33 words, and a share has 32");
    CHECK(refusal_of(words.substr(0, words.rfind(' '))) == "that is no share: it has 31 words, and a share has 32");
    CHECK(refusal_of(with_word(words, 7, "misspelt")) == "that is no share: word 7 is not in the list");
    CHECK(refusal_of(with_word(words, 32, "x")) == "that is no share: word 32 is not in the list");
    for (std::size_t number = 1; number <= 32; ++number) {
        for (const char* word : {"abandon", "zoo", "ability"}) {
            const std::string other = with_word(words, number, word);
            if (other != words) {
                CHECK(refusal_of(other).starts_with("that is no share: its checksum is wrong"));
            }
        }
    }
}

TEST_CASE("a share of another set, and one that was given, are refused by name") {
    const SharedKey made = make_shared_key(2, 3);
    const SharedKey other = make_shared_key(2, 3);
    const auto given = chosen(made, {2});
    CHECK_FALSE(check_share(made.shares[0], made.sharing, given));
    CHECK(check_share(made.shares[1], made.sharing, given) == Refusal{{"share 2 was given twice"}});
    CHECK(check_share(other.shares[0], made.sharing, given) ==
          Refusal{{"share 1 is of set " + other.sharing.set() + ", and the key's is " + made.sharing.set()}});
    Share beyond = copy_of(made.shares[0]);
    beyond.number = 4;
    CHECK(check_share(beyond, made.sharing, given));
}

TEST_CASE("the key's file says how it is shared, or that it isn't") {
    const Sharing sharing = make_shared_key(3, 5).sharing;
    const std::string line = sharing_line(sharing);
    CHECK(sharing_in(line + "-----BEGIN ENCRYPTED PRIVATE KEY-----\n") == sharing);
    CHECK_FALSE(sharing_in("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    CHECK_FALSE(sharing_in(""));
    for (const std::string& damaged :
         {std::string("Shares: "), std::string("Shares: 3 of 5\n"),
          std::string("Shares: 1 of 5, check ") + sharing.check, line.substr(0, line.size() - 2) + "\n",
          "Shares: 99999999999 of 5, check " + sharing.check + "\n", line.substr(0, line.size() - 2) + "G\n"}) {
        INFO(damaged);
        CHECK(!message_of([&] { return sharing_in(damaged); }).empty());
    }
}
