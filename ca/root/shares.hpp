#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/refusal.hpp"
#include "ca/base/secret.hpp"

namespace halfday {

// What unlocks the root's key, shared among custodians: a random key of 256 bits, split by Shamir's scheme
// (libgfshare), so that any `threshold` of `count` shares make it and fewer tell nothing of it. In hexadecimal it is
// the key file's passphrase. The file says in a line before its PEM how it is shared, and has a hash of the key, so
// that shares that do not make it are told from a damaged file.

constexpr int kMostShares = 16;
constexpr std::size_t kSharedKeyBytes = 32;

/// How a key is shared, as its file says it. Nothing in it is secret.
struct Sharing {
    int threshold = 0;
    int count = 0;
    std::string check;  // SHA-256 over threshold, count and key, in hex

    /// What tells the shares of one key from those of another: 8 hex digits, written in two groups.
    [[nodiscard]] std::string set() const { return check.substr(0, 4) + " " + check.substr(4, 4); }
    /// "any 3 of 5 shares of set 4f2a 91c0".
    [[nodiscard]] std::string text() const;
    bool operator==(const Sharing&) const = default;
};

/// Refuses a threshold under 2, more shares than kMostShares, and fewer shares than the threshold.
[[nodiscard]] Verdict check_sharing(int threshold, int count);

/// One custodian's.
struct Share {
    std::string set;  // as Sharing::set
    int threshold = 0;
    int number = 0;  // from 1
    Secret bytes;    // 32
};

/// A new key and its shares. `key` is the passphrase.
struct SharedKey {
    Sharing sharing;
    Secret key;
    std::vector<Share> shares;
};
/// The random source is the kernel's (getrandom). Whatever threshold of neighbouring shares was tried and makes the
/// key. Throws Error{io}.
[[nodiscard]] SharedKey make_shared_key(int threshold, int count);

/// 32 words, separated by a space, of which the last three and a half are a checksum.
[[nodiscard]] Secret to_words(const Share& share);
/// The first four letters of each, in capitals: for a QR code.
[[nodiscard]] Secret to_short_words(const Share& share);
/// The reverse of both, in upper or lower case, with any white space between. Throws Error{usage} that never quotes a
/// word.
[[nodiscard]] Share parse_share(const Secret& typed);

/// Refuses, by its number, a share of another set, and one that is among `given` already.
[[nodiscard]] Verdict check_share(const Share& share, const Sharing& sharing, const std::vector<Share>& given);
/// The key, which is the passphrase. Refuses fewer shares than the threshold, and shares that don't make the key. The
/// shares have passed check_share.
[[nodiscard]] Decision<Secret> combine(const std::vector<Share>& given, const Sharing& sharing);

/// The line that stands before the PEM of a shared key, with its end.
[[nodiscard]] std::string sharing_line(const Sharing& sharing);
/// Of a key file's text; nothing where the key is not shared. Throws Error{corrupt}.
[[nodiscard]] std::optional<Sharing> sharing_in(std::string_view key_file);

}  // namespace halfday
