#pragma once

#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/refusal.hpp"
#include "ca/exchange/crls.hpp"
#include "ca/exchange/places.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/x509/certificate.hpp"

namespace halfday {

/// Whom this issuer believes about intermediates.
struct Trust {
    std::vector<Certificate> roots;  // pinned; root.pem first
    Crls crls = {};                  // theirs

    /// The pinned root that issued it, by name and key identifier; the first where none did.
    [[nodiscard]] const Certificate& root_of(const Certificate& intermediate) const;
};

/// The pinned roots and the kept CRLs. Throws as read_pinned_roots and read_crls.
[[nodiscard]] Trust load_trust(const Places& places);

/// Takes CRLs that came from the air-gapped box (take_crl), all or none: on disk and in the exchange when it returns.
/// Throws as load_trust.
[[nodiscard]] Decision<Crls> accept_crls(const Places& places, const Crls& arrived);

/// Puts the kept CRLs back into an exchange that has lost them. Throws Error{io}.
void publish_crls(const Crls& crls, const Spool& spool);

}  // namespace halfday
