#pragma once

#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/refusal.hpp"
#include "ca/exchange/crls.hpp"
#include "ca/exchange/places.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/chain.hpp"

namespace halfday {

/// Whom this issuer believes about intermediates.
struct Trust {
    std::vector<Certificate> roots;  // pinned; root.pem first
    Crls crls = {};                  // theirs
    Chain crosses = {};              // cross certificates between them (check_cross), during a rotation

    /// The pinned root that issued it, by name and key identifier; the first where none did.
    [[nodiscard]] const Certificate& root_of(const Certificate& intermediate) const;
    /// The cross certificate that leads from an intermediate's root to another pinned one at `now`, or null: servers
    /// send it after the intermediate, for clients that trust the other root alone.
    [[nodiscard]] const Certificate* cross_for(const Certificate& intermediate, Time now) const;
};

/// Why a cross certificate is of no use here: name and key are to be those of a pinned root, and another pinned root is
/// to have signed and not revoked it; valid at `now`. Empty when it is.
[[nodiscard]] std::vector<std::string> check_cross(const Certificate& cross, const Trust& trust, Time now);
/// Whether these are cross certificates, and no intermediate with or without its root: by their path length of 1.
[[nodiscard]] bool is_cross(const Chain& chain);

/// The pinned roots and the kept CRLs. Throws as read_pinned_roots and read_crls.
[[nodiscard]] Trust load_trust(const Places& places);

/// Takes CRLs that came from the air-gapped box (take_crl), all or none: on disk and in the exchange when it returns.
/// Throws as load_trust.
[[nodiscard]] Decision<Crls> accept_crls(const Places& places, const Crls& arrived);

/// Takes what `halfday-root rotate` wrote (check_cross), all or none, in the place of what was kept: on disk when it
/// returns. Throws as load_trust.
[[nodiscard]] Decision<Chain> accept_crosses(const Places& places, const Chain& arrived, Time now);

/// A chain in PEM, with the cross certificate after it that its last certificate needs at `now`.
[[nodiscard]] std::string with_cross(std::string chain_pem, const Trust& trust, Time now);

/// Puts the kept CRLs back into an exchange that has lost them. Throws Error{io}.
void publish_crls(const Crls& crls, const Spool& spool);

}  // namespace halfday
