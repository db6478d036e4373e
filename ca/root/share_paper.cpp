// A share as a custodian has it on paper: 32 words of 11 bits each (share_words.hpp).

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/joined_secret.hpp"
#include "ca/root/share_words.hpp"
#include "ca/root/shares.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr std::size_t kSetBytes = 4;
constexpr std::size_t kSumBytes = 5;
constexpr std::size_t kHeadBytes = kSetBytes + 2;  // set, threshold, number
constexpr std::size_t kShareBytes = kHeadBytes + kSharedKeyBytes + kSumBytes;
constexpr std::size_t kBitsOfWord = 11;
constexpr std::size_t kWords = 32;
constexpr std::size_t kMostWordBytes = 8;
constexpr std::size_t kTellingLetters = 4;
static_assert((kShareBytes + 1) * 8 == kWords * kBitsOfWord);  // a byte in front says the format
constexpr char kFormat = 1;

using Bytes = unsigned char;

/// The share's bytes without the checksum.
Secret body_of(const Share& share) {
    const std::string set = from_hex(share.set.substr(0, 4) + share.set.substr(5));
    const std::array<char, 2> numbers{static_cast<char>(share.threshold), static_cast<char>(share.number)};
    return joined({{&kFormat, 1}, set, {numbers.data(), numbers.size()}, share.bytes.reveal()});
}

/// Views of the list; which ones they are is the secret.
using Words = std::array<std::string_view, kWords>;

std::string sum_of(std::string_view body) {
    const Sha256 digest = sha256(body);
    return {digest.begin(), digest.begin() + kSumBytes};
}

/// Bits of a byte string, from the highest of the first byte on.
std::size_t bits_at(std::string_view bytes, std::size_t from) {
    std::size_t value = 0;
    for (std::size_t bit = from; bit < from + kBitsOfWord; ++bit) {
        const unsigned byte = static_cast<Bytes>(bytes[bit / 8]);
        value = value << 1U | (byte >> (7 - bit % 8) & 1U);
    }
    return value;
}

void put_bits(Secret& bytes, std::size_t from, std::size_t value) {
    for (std::size_t bit = 0; bit < kBitsOfWord; ++bit) {
        const std::size_t at = from + bit;
        const std::size_t set = value >> (kBitsOfWord - 1 - bit) & 1U;
        bytes.data()[at / 8] = static_cast<char>(static_cast<Bytes>(bytes.data()[at / 8]) | set << (7 - at % 8));
    }
}

Words words_of(const Share& share) {
    const Secret body = body_of(share);
    const Secret bytes = joined({body.reveal(), sum_of(body.reveal())});
    Words words;
    for (std::size_t at = 0; at < kWords; ++at) {
        words.at(at) = share_word(bits_at(bytes.reveal(), at * kBitsOfWord));
    }
    return words;
}

[[noreturn]] void refuse_share(const std::string& what) {
    throw Error(ErrorKind::usage, "that is no share: " + what, "read it from the paper again, word by word");
}

/// The words' bits. Upper case counts as lower.
Secret bytes_from_words(const Secret& typed) {
    Secret lower = Secret::copy_of(typed.reveal());
    std::transform(lower.data(), lower.data() + lower.size(), lower.data(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    Secret bytes(kShareBytes + 1);
    bytes.resize(kShareBytes + 1);
    std::fill(bytes.data(), bytes.data() + bytes.size(), '\0');
    std::string_view rest = lower.reveal();
    std::size_t count = 0;
    constexpr std::string_view kSpace = " \t\r\n";
    for (std::size_t at = rest.find_first_not_of(kSpace); at != std::string_view::npos;
         at = rest.find_first_not_of(kSpace)) {
        rest.remove_prefix(at);
        const std::size_t end = std::min(rest.find_first_of(kSpace), rest.size());
        const auto number = share_word_number(rest.substr(0, end));
        if (!number) {
            refuse_share(fmt::format("word {} is not in the list", count + 1));
        }
        if (count < kWords) {
            put_bits(bytes, count * kBitsOfWord, *number);
        }
        ++count;
        rest.remove_prefix(end);
    }
    if (count != kWords) {
        refuse_share(fmt::format("it has {} words, and a share has {}", count, kWords));
    }
    return bytes;
}

}  // namespace

Secret to_words(const Share& share) {
    Secret words(kWords * (kMostWordBytes + 1));
    for (const std::string_view word : words_of(share)) {
        append(words, words.empty() ? "" : " ");
        append(words, word);
    }
    return words;
}

Secret to_short_words(const Share& share) {
    Secret words(kWords * (kTellingLetters + 1));
    for (const std::string_view word : words_of(share)) {
        append(words, words.empty() ? "" : " ");
        for (const char letter : word.substr(0, kTellingLetters)) {
            const auto capital = static_cast<char>(letter - 'a' + 'A');
            append(words, {&capital, 1});
        }
    }
    return words;
}

Share parse_share(const Secret& typed) {
    const Secret bytes = bytes_from_words(typed);
    const std::string_view all = bytes.reveal();
    const std::string_view body = all.substr(0, all.size() - kSumBytes);
    if (sum_of(body) != all.substr(body.size())) {
        refuse_share("its checksum is wrong, so a word is another one, or two have changed places");
    }
    if (body.front() != kFormat) {
        refuse_share("it is of a newer halfday");
    }
    const std::string set = to_hex(body.substr(1, kSetBytes));
    return {set.substr(0, 4) + " " + set.substr(4), static_cast<Bytes>(body[kHeadBytes - 1]),
            static_cast<Bytes>(body[kHeadBytes]), Secret::copy_of(body.substr(kHeadBytes + 1))};
}

}  // namespace halfday
