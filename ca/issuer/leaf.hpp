#pragma once

#include "ca/base/clock.hpp"
#include "ca/base/refusal.hpp"
#include "ca/issuer/intermediate.hpp"
#include "ca/sign/profile.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

/// A server certificate for `key`: built from `profile`, linted, signed; its signature is checked and its names and
/// times are read back and compared before it is returned. The lint's findings are the refusal. May be called by
/// several threads at once. Throws as sign_certificate, and Error{io} when it reads back as something else.
[[nodiscard]] Decision<Certificate> make_leaf(const LeafProfile& profile, const PublicKey& key,
                                              const Intermediate& intermediate);

/// Verifies what was signed up to the root as a client does (OpenSSL, RFC 5280 6.1). This costs more than all the rest,
/// most of it for the root's signature, which is the same each time: it is for one certificate of many that were made
/// alike. Throws Error{io} when it does not verify.
void require_verifies(const Certificate& leaf, const Intermediate& intermediate, Time now);

}  // namespace halfday
