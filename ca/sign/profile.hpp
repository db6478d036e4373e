#pragma once

#include <string>
#include <vector>

#include "ca/base/duration.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/purpose.hpp"
#include "ca/x509/tbs.hpp"

namespace halfday {

// For each profile, which extensions it has: profile.cpp reads like section 5 of the design. Nothing is copied from a
// CSR but its public key.

constexpr auto kCaBackdate = std::chrono::hours{1};  // clocks of hosts lag

struct Validity {
    Time not_before;
    Time not_after;  // inclusive (RFC 5280 4.1.2.5)

    /// `lifetime` in all from `not_before`: the last second is not_before + lifetime - 1 s.
    [[nodiscard]] static Validity from(Time not_before, Seconds lifetime) {
        return {not_before, not_before + lifetime - Seconds{1}};
    }
    bool operator==(const Validity&) const = default;
};

/// What a self-signed root is to be.
struct RootProfile {
    std::string name;  // its commonName
    NameConstraints constraints;
    Validity validity;
};

/// What an intermediate is to be: path length 0, for servers and, where that is said, their clients.
struct IntermediateProfile {
    std::string name;
    NameConstraints constraints;
    Validity validity;
    Purpose purpose = Purpose::server;
};

/// What one root says of another during a rotation: path length 1, for the other's intermediates.
struct CrossProfile {
    NameConstraints constraints;
    Validity validity;
};

/// What a server certificate is to be: empty subject, names in the critical subject alternative name.
struct LeafProfile {
    std::vector<GeneralName> names;
    Validity validity;
    Purpose purpose = Purpose::server;
};

/// `signature_algorithm` is that of the root's own key (PrivateKey::signature_algorithm).
[[nodiscard]] ToBeSigned root_to_be_signed(const RootProfile& profile, const PublicKey& key,
                                           std::string signature_algorithm, const Serial& serial);
/// `signature_algorithm` is that of the root's key.
[[nodiscard]] ToBeSigned intermediate_to_be_signed(const IntermediateProfile& profile, const PublicKey& key,
                                                   const Certificate& root, std::string signature_algorithm,
                                                   const Serial& serial);
/// The name and key of `subject` under `root`. `signature_algorithm` is that of the root's key.
[[nodiscard]] ToBeSigned cross_to_be_signed(const CrossProfile& profile, const Certificate& subject,
                                            const Certificate& root, std::string signature_algorithm,
                                            const Serial& serial);
/// `signature_algorithm` is that of the intermediate's key.
[[nodiscard]] ToBeSigned leaf_to_be_signed(const LeafProfile& profile, const PublicKey& key,
                                           const Certificate& intermediate, std::string signature_algorithm,
                                           const Serial& serial);

}  // namespace halfday
