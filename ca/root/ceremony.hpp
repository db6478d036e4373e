#pragma once

#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/names.hpp"
#include "ca/base/refusal.hpp"
#include "ca/sign/lint.hpp"
#include "ca/sign/profile.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/key.hpp"
#include "ca/x509/serial.hpp"

namespace halfday {

// What the root's key is asked to sign. Planned and shown first, signed after: nothing in a plan comes from a CSR.

constexpr auto kRootLifetime = std::chrono::days{3650};
constexpr auto kIntermediateLifetime = std::chrono::days{35};  // what a stolen issuer can do ends with it
constexpr auto kLongIntermediate = std::chrono::days{100};     // a ceremony missed, and time to hold it again
constexpr auto kMostLifetime = std::chrono::days{36525};

/// Refuses what is not 1 to 64 printable ASCII characters (RFC 5280 ub-common-name).
[[nodiscard]] Verdict check_ca_name(const std::string& name);
/// Refuses a lifetime that would be over at once, or is longer than kMostLifetime.
[[nodiscard]] Verdict check_ca_lifetime(Seconds lifetime);

/// What a person asks for when a root is made.
struct RootOrder {
    std::string name;
    NameConstraints constraints;
    Seconds lifetime = kRootLifetime;
};

/// Refuses what check_ca_name and check_ca_lifetime refuse, where no DNS name is permitted, and the constraints'
/// faults.
[[nodiscard]] Decision<RootProfile> plan_root(const RootOrder& order, Time now);

/// What a person asks for when an intermediate is signed.
struct IntermediateOrder {
    std::string name;             // "": the root's with "intermediate" and the day
    NameConstraints constraints;  // where they permit nothing: all that the root permits
    Seconds lifetime = kIntermediateLifetime;
    Purpose purpose = Purpose::server;
};

struct IntermediatePlan {
    IntermediateProfile profile;
    bool cut_to_root = false;  // it ends with the root, sooner than was asked for
    bool is_long = false;      // it lives longer than kLongIntermediate
};

/// Refuses what plan_root refuses, a permitted name outside the root's, the root's own key, and a root that is not
/// valid at `now`. What would outlive the root is cut to end with it, and what the root excludes is excluded again: not
/// every client reads a root's constraints.
[[nodiscard]] Decision<IntermediatePlan> plan_intermediate(const IntermediateOrder& order, const PublicKey& requested,
                                                           const Certificate& root, Time now);

/// What a root's certificate is going to say, under a throw-away key of `algorithm`. A lint's findings are the refusal.
[[nodiscard]] Decision<Certificate> try_root(const RootProfile& profile, const KeyAlgorithm& algorithm,
                                             const Serial& serial);
/// The self-signed root. A lint's findings are the refusal. Throws Error{corrupt} when it does not verify.
[[nodiscard]] Decision<Certificate> sign_root(const RootProfile& profile, const PrivateKey& key, const Serial& serial);

/// Throws Error{corrupt} when a client of `root` would not take what was signed at `now`.
void require_verifies(const Certificate& made, const Certificate& root, Time now);

/// Throws Error{corrupt} when `key` is not the root's.
void require_roots_key(const PrivateKey& key, const Certificate& root);

/// An intermediate whose every byte is settled before the root's key is opened: it passed the lints, and a client of
/// the root took it when a throw-away key had signed both. Redeemed once.
struct PreparedIntermediate {
    LintedCertificate linted;
    Certificate trial;  // the same to-be-signed bytes, worth nothing
};
/// The lints' findings, and why that client does not take it at `now`, are the refusal.
[[nodiscard]] Decision<PreparedIntermediate> prepare_intermediate(const IntermediateProfile& profile,
                                                                  const PublicKey& requested, const Certificate& root,
                                                                  const Serial& serial, Time now);
/// Verified to `root` at `now` before it is returned. Throws Error{corrupt} when `key` is not the root's, the
/// to-be-signed bytes are not the trial's, or it does not verify.
[[nodiscard]] Certificate sign_intermediate(PreparedIntermediate&& prepared, const Certificate& root,
                                            const PrivateKey& key, Time now);

}  // namespace halfday
