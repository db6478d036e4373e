#pragma once

#include <optional>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/names.hpp"
#include "ca/base/refusal.hpp"
#include "ca/exchange/certificate_policy.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/sign/profile.hpp"
#include "ca/x509/extension.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

/// What the intermediate and the root may sign, whatever anybody asks for.
struct Authority {
    NameConstraints constraints;
    Validity validity;
    std::optional<NameConstraints> root = std::nullopt;  // of the root above it
    Purpose purpose = Purpose::server;                   // the widest that the intermediate can give
};

/// What an authentic request comes down to: a key, for an entry of a host. Names and times are not the host's to ask
/// for.
struct Asked {
    HostName host;
    EntryName entry;
    PublicKey key;
    int issued_in_last_hour = 0;  // for that entry of that host
};

/// A certificate that may be signed, and whether the intermediate's end cuts it short.
struct Permitted {
    LeafProfile profile;
    bool cut_by_intermediate = false;
};

/// The policy for one host: its file's changes to the settings' policy.
[[nodiscard]] CertificatePolicy policy_of(const CertificatePolicy& settings, const Host& host);

/// The intersection of all who have a say: the inventory's names for that entry, within the root's constraints, the
/// intermediate's and the policy's domains and addresses; the policy's purpose, lifetime and backdate, within the
/// intermediate's; its key algorithms and `max_per_hour`; and a key that is not the host's identity, which only ever
/// signs messages. Each reason against it is in the refusal, each name by itself, with who refuses and what would pass.
[[nodiscard]] Decision<Permitted> may_sign(const Asked& asked, const Inventory& inventory,
                                           const CertificatePolicy& settings, const Authority& authority, Time now);

/// Why `host`, whose policy is `policy`, can have no certificate with these names: the part of may_sign that needs no
/// request.
[[nodiscard]] Refusal refuse_entry(const std::vector<GeneralName>& names, const HostName& host,
                                   const CertificatePolicy& policy, const Authority& authority);

/// The same for a certificate with a key of this algorithm.
[[nodiscard]] Refusal refuse_renewal(const std::vector<GeneralName>& names, const std::string& key_algorithm,
                                     const HostName& host, const CertificatePolicy& policy, const Authority& authority);

/// From now - backdate and for `lifetime` in all, cut to fit into the intermediate's validity.
[[nodiscard]] Validity leaf_validity(const CertificatePolicy& policy, const Validity& intermediate, Time now);

}  // namespace halfday
