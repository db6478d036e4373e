#include "ca/issuer/ledger_key.hpp"

#include <filesystem>
#include <utility>
#include <variant>

#include "ca/base/error.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/issuer/issuer_files.hpp"

namespace halfday {
namespace {

constexpr const char* kLedgerKeyAlgorithm = "Ed25519";

}  // namespace

std::optional<PrivateKey> find_ledger_key(const Places& places) {
    const Path path = IssuerFiles(places).ledger_key();
    if (!std::filesystem::exists(path)) {
        return std::nullopt;
    }
    return PrivateKey::load(path);
}

PrivateKey keep_or_make_ledger_key(const Places& places) {
    if (auto found = find_ledger_key(places)) {
        return std::move(*found);
    }
    PrivateKey key = PrivateKey::generate(KeyAlgorithm::parse(kLedgerKeyAlgorithm));
    write_new(IssuerFiles(places).ledger_key(), key.to_pem().reveal(), {.mode = 0600, .group = std::nullopt});
    return key;
}

std::optional<SignedHead> published_head(const Spool& spool, const PublicKey& key) {
    try {
        auto opened = open_head(spool.head().value_or(""));
        auto* const published = std::get_if<SignedHead>(&opened);
        return published != nullptr && published->key == identity_text(key) ? std::optional(std::move(*published))
                                                                            : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;
    }
}

void publish_head(const Places& places, const Ledger& ledger, const Spool& spool, Time now) {
    const PrivateKey key = keep_or_make_ledger_key(places);
    const LedgerHead head = ledger.head();
    const auto published = published_head(spool, key.public_key());
    if (!published || published->head != head) {
        spool.publish_head(sign_head(head, key, now));
    }
}

}  // namespace halfday
