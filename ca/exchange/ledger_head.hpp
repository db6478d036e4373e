#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/refusal.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

/// Where a ledger stands: what an outsider must know to see that history was rewritten.
struct LedgerHead {
    std::string log_id;  // 32 hex digits
    std::int64_t size = 0;
    std::string hash;  // of the last row
    bool operator==(const LedgerHead&) const = default;
};

/// The log that a ledger was restored from: where it stood in the backup, and whose key signed its heads ("" for none).
struct LedgerOrigin {
    LedgerHead head;
    std::string key;  // identity_text
    bool operator==(const LedgerOrigin&) const = default;
};

// A head that travels: the ledger's public key (identity_text), a space, and a JWS by it. Nobody has to know the key
// beforehand: it tells one signer's heads from another's, and whether it is the right one is the auditor's question.

constexpr std::size_t kMostHeadBytes = 1024;

struct SignedHead {
    LedgerHead head;
    std::string key;  // identity_text of the ledger key
    Time at;          // when it was signed
    std::string text;
};

/// Throws Error{usage} when the key is not an Ed25519 key.
[[nodiscard]] std::string sign_head(const LedgerHead& head, const PrivateKey& key, Time now);
[[nodiscard]] Decision<SignedHead> open_head(std::string_view text);

constexpr std::size_t kMostHeads = 16;  // that one host keeps, and that are kept of it

/// The heads that a host keeps, `arrived` among them, sorted by log, key and size: the first and the newest of each
/// log and key, two of one size that differ (a fork), and of those between the fewer the older they are, so that
/// history that is rewritten today differs from something that was stored before. Where there are too many logs or
/// keys, what came first stays.
[[nodiscard]] std::vector<SignedHead> keep_heads(std::vector<SignedHead> known, const SignedHead& arrived);

/// The same for texts: those of `known` were opened when they came, those of `arrived` are opened here, and what is no
/// head is left out.
[[nodiscard]] std::vector<std::string> keep_head_texts(const std::vector<std::string>& known,
                                                       const std::vector<std::string>& arrived);

}  // namespace halfday
