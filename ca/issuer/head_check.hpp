#pragma once

#include <optional>
#include <string>

#include "ca/exchange/ledger_head.hpp"
#include "ca/exchange/places.hpp"
#include "ca/issuer/ledger.hpp"

namespace halfday {

// A ledger can hold in itself and still not be what it was: its write-ahead log is lost, or an older copy is in its
// place. The head that this issuer published last tells, and nothing is issued from a ledger that is behind it.

struct HeadFault {
    std::string what;
    std::string hint;
};

/// What is wrong with a ledger that stands at `ledger`, when this issuer published `published` last: it has fewer rows,
/// or another row where the head was. `there` is the hash of the ledger's row with the head's number; nothing where
/// that row is in an archive, which is held to the chain by other means. A head of another log says nothing of this
/// one. Nothing when all is well.
[[nodiscard]] std::optional<HeadFault> head_fault(const std::optional<SignedHead>& published, const LedgerHead& ledger,
                                                  const std::optional<std::string>& there);

/// The same of the head in the exchange. One that is missing or can't be read counts as lost, as all there does, and
/// one that another key than this issuer's ledger key signed was not published by it. Throws as Ledger.
[[nodiscard]] std::optional<HeadFault> head_fault(const Places& places, const Ledger& ledger);

/// Throws Error{corrupt} where head_fault finds one.
void require_head(const Places& places, const Ledger& ledger);

}  // namespace halfday
