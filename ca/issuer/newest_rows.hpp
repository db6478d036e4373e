#pragma once

#include <vector>

#include "ca/issuer/agenda.hpp"

namespace halfday {

/// What a run needs of `row`, a certificate of `entry`.
[[nodiscard]] IssuedRow issued_row(const LedgerRow& row, const Entry& entry);

/// Finds the newest row of every item, whose host and entry are known.
void take_newest(std::vector<AgendaItem>& agenda, const Ledger& ledger);

}  // namespace halfday
