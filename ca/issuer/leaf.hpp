#pragma once

#include "ca/base/clock.hpp"
#include "ca/base/refusal.hpp"
#include "ca/issuer/intermediate.hpp"
#include "ca/sign/profile.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

/// A server certificate for `key`: built from `profile`, linted, signed, and verified before anybody gets it. The
/// lint's findings are the refusal. May be called by several threads at once. Throws as sign_certificate, and Error{io}
/// when what was signed does not verify.
[[nodiscard]] Decision<Certificate> make_leaf(const LeafProfile& profile, const PublicKey& key,
                                              const Intermediate& intermediate, Time now);

}  // namespace halfday
