#include "ca/issuer/head_check.hpp"

#include <fmt/core.h>

#include "ca/base/error.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/issuer/ledger_key.hpp"

namespace halfday {
namespace {

constexpr const char* kLostRowsHint =
    "put 'ledger.db-wal' back beside it, if somebody moved it; if not, `halfday backup` what is left, move the "
    "issuer's folder aside, as evidence, and restore that or a newer backup: docs/runbooks/issuer-lost.md";

std::optional<SignedHead> find_published(const Places& places) {
    try {
        const auto key = find_ledger_key(places);
        return key ? published_head(Spool(places.exchange()), key->public_key()) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;  // publish_head tells of a key that can't be read
    }
}

}  // namespace

std::optional<HeadFault> head_fault(const std::optional<SignedHead>& published, const LedgerHead& ledger,
                                    const std::optional<std::string>& there) {
    if (!published || published->head.log_id != ledger.log_id) {
        return std::nullopt;
    }
    if (ledger.size < published->head.size) {
        return HeadFault{fmt::format("the ledger has {} rows, and the head that this issuer published at {} has {}: "
                                     "rows are lost",
                                     ledger.size, format_time(published->at), published->head.size),
                         kLostRowsHint};
    }
    if (there && *there != published->head.hash) {
        return HeadFault{fmt::format("the ledger's row {} is another than when this issuer published its head at {}: "
                                     "history was changed",
                                     published->head.size, format_time(published->at)),
                         kDamagedLedgerHint};
    }
    return std::nullopt;
}

std::optional<HeadFault> head_fault(const Places& places, const Ledger& ledger) {
    const auto published = find_published(places);  // first: the ledger may grow meanwhile
    return published ? head_fault(published, ledger.head(), ledger.hash_at(published->head.size)) : std::nullopt;
}

void require_head(const Places& places, const Ledger& ledger) {
    if (const auto fault = head_fault(places, ledger)) {
        throw Error(ErrorKind::corrupt, fault->what, fault->hint);
    }
}

}  // namespace halfday
