#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/refusal.hpp"
#include "ca/exchange/crls.hpp"
#include "ca/exchange/message.hpp"
#include "ca/x509/chain.hpp"
#include "ca/x509/key.hpp"
#include "distribute/receive/grants.hpp"

namespace halfday {

enum class Acceptance {
    install,
    live_already,  // the very certificate that is live: nothing to install
};

struct Rejection {
    Outcome outcome;  // refused, or skew when only the host's clock is against it
    Refusal refusal;
    /// The chain truly answers the pending request and can never be installed: its key is to be dropped, so that a new
    /// request can leave. Never so for a chain that our roots did not sign, or anyone who sees the wire could have the
    /// host drop its keys.
    bool request_is_spent = false;
};

using Admission = std::variant<Acceptance, Rejection>;

/// Whether a delivered chain may be installed (docs/architecture.md): it verifies to a pinned root at the host's clock;
/// its key is the entry's pending one, which keeps old chains out, as a key is dropped when it or a newer one is
/// installed; each of its names is among the granted ones and there is nothing else in it; its one purpose is
/// serverAuth; it does not live longer than the host allows; no CRL has its intermediate. `pending` and `live` are
/// nothing where there is none.
[[nodiscard]] Admission may_install(const Chain& chain, const std::optional<PublicKey>& pending,
                                    const std::optional<Certificate>& live, const Grant& grant, Lifetime max_lifetime,
                                    const std::vector<Certificate>& roots, const Crls& crls, Time now);

}  // namespace halfday
