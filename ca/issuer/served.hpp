#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ca/exchange/inventory.hpp"
#include "ca/exchange/places.hpp"
#include "ca/exchange/snapshot.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/issuer/schedule.hpp"
#include "ca/x509/fingerprint.hpp"

namespace halfday {

/// What hosts say that they serve. Only a receipt under the host's pinned identity counts; the distributor's snapshot
/// says which receipts are worth opening, so that a run with nothing due opens none. It can hide what a host said, as
/// it can hold the receipt back.
class ServedWord {
   public:
    /// Reads the distributor's snapshot; one that is missing or damaged is nobody's word.
    ServedWord(const Places& places, std::vector<Fingerprint> roots);

    /// The host's word on its entry; nothing when the snapshot says that it serves `newest_serial`, or when there is no
    /// receipt that holds. Fastest in the inventory's order.
    [[nodiscard]] std::optional<Served> on(const Host& host, const Entry& entry, const std::string& newest_serial);

    /// What the snapshot says that the host's entry serves and proved, "" for nothing. Fastest in the inventory's
    /// order.
    [[nodiscard]] std::string proved_on(const Host& host, const Entry& entry);

   private:
    [[nodiscard]] const ServingEntry* known(const Host& host, const Entry& entry);

    Spool spool_;
    std::vector<Fingerprint> roots_;
    std::vector<ServingEntry> entries_;  // the snapshot's, sorted by host and entry
    std::size_t next_ = 0;
};

}  // namespace halfday
