#pragma once

#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/error.hpp"
#include "ca/exchange/places.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

/// What would keep this issuer, or one host of it, from getting certificates.
struct Finding {
    ErrorKind kind;  // usage: configuration
    std::string what;
    std::string hint;
};

/// Looks at everything that a run needs: settings, each file of the inventory, the root, the key, the chain, the
/// inventory's names under the intermediate's constraints, the ledger from its first row to its last and against the
/// head that was published, the clock. All findings at once; none when all is well. Changes nothing.
[[nodiscard]] std::vector<Finding> check_issuer(const Places& places, const PassphraseSource& passphrase, Time now);

}  // namespace halfday
