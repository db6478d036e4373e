#pragma once

#include <optional>
#include <string>

#include "ca/exchange/certificate_policy.hpp"
#include "ca/exchange/places.hpp"

namespace halfday {

// The fleet's profile: what `certificates:` of halfday.yaml says that all hosts' certificates contain and allow, which
// is all of it but renew_after and max_per_hour. The one in use is remembered in the issuer's state, as profile.yaml,
// so that a change of the settings reaches the fleet in waves (profile_rollout.hpp).

[[nodiscard]] bool same_profile(const CertificatePolicy& left, const CertificatePolicy& right);

/// As `certificates:` has it, the same for the same profile: "lifetime: 12h, backdate: 30m, …".
[[nodiscard]] std::string profile_text(const CertificatePolicy& policy);

/// What of it is another than in `other`: "{lifetime: 24h}".
[[nodiscard]] std::string profile_difference(const CertificatePolicy& policy, const CertificatePolicy& other);

/// The profile in use where it is another than that of `settings`, with their max_per_hour, and their renew_after as
/// far as it allows. Nothing where none is remembered, too: then theirs is in use. Throws Error{corrupt}, with what to
/// do, when it can't be read, or is lost while a newer one is rolled out.
[[nodiscard]] std::optional<CertificatePolicy> load_profile_before(const Places& places,
                                                                   const CertificatePolicy& settings);

/// From now on `policy`'s is in use, and no rollout is on. On disk when it returns, if it was not so before. Throws
/// Error{io}.
void save_profile(const Places& places, const CertificatePolicy& policy);

}  // namespace halfday
