#pragma once

#include "ca/base/clock.hpp"
#include "ca/base/refusal.hpp"
#include "ca/sign/profile.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/key.hpp"
#include "ca/x509/name_constraints.hpp"
#include "ca/x509/serial.hpp"

namespace halfday {

// From one root to the next: each signs the other's key, so that who trusts either accepts what is under both. A cross
// certificate is good for what both roots permit, while both are valid.

/// What both permit: of two domains or ranges, one of which is in the other, the narrower; without what either
/// excludes.
[[nodiscard]] NameConstraints permitted_by_both(const NameConstraints& one, const NameConstraints& other);

/// What `signer` may say of `subject`: from the later notBefore to the earlier notAfter. Refuses one and the same key
/// or name, two roots that permit no domain in common, and a root that is not valid at `now`.
[[nodiscard]] Decision<CrossProfile> plan_cross(const Certificate& subject, const Certificate& signer, Time now);

/// `subject`'s name and key under `signer`, whose `key` it is; verified to `signer` at `now` before it is returned.
/// A lint's findings are the refusal. Throws Error{corrupt} when `key` is not the signer's or it does not verify.
[[nodiscard]] Decision<Certificate> sign_cross(const CrossProfile& profile, const Certificate& subject,
                                               const Certificate& signer, const PrivateKey& key, const Serial& serial,
                                               Time now);

}  // namespace halfday
