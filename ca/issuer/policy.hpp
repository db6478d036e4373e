#pragma once

#include <optional>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/names.hpp"
#include "ca/base/refusal.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/settings.hpp"
#include "ca/sign/profile.hpp"
#include "ca/x509/extension.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

/// What the intermediate may sign, whatever anybody asks for.
struct Authority {
    NameConstraints constraints;
    Validity validity;
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

/// The intersection of all who have a say: the inventory's names for that entry, within the intermediate's constraints;
/// the settings' lifetime and backdate, within the intermediate's validity; `max_per_hour`; and a key that is not the
/// host's identity, which only ever signs messages. Each reason against it is in the refusal, each name by itself.
[[nodiscard]] Decision<Permitted> may_sign(const Asked& asked, const Inventory& inventory,
                                           const Settings::Certificates& settings, const Authority& authority,
                                           Time now);

/// From now - backdate and for `lifetime` in all, cut to fit into the intermediate's validity.
[[nodiscard]] Validity leaf_validity(const Settings::Certificates& settings, const Validity& intermediate, Time now);

/// The names that the constraints do not permit, in their order.
[[nodiscard]] std::vector<DnsName> not_permitted(const std::vector<DnsName>& names, const NameConstraints& constraints);

/// "example.org, example.net".
[[nodiscard]] std::string join_names(const std::vector<DnsName>& names);

}  // namespace halfday
