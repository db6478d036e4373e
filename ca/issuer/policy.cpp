#include "ca/issuer/policy.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace halfday {
namespace {

void refuse_key(const Asked& asked, const Host& host, Refusal& refusal) {
    if (asked.key == host.identity) {
        refusal.reasons.emplace_back("the key to be certified is the host's identity key, which only signs messages");
    }
}

void refuse_names(const Entry& entry, const NameConstraints& constraints, Refusal& refusal) {
    for (const DnsName& name : not_permitted(entry.names, constraints)) {
        refusal.reasons.push_back(fmt::format("the name '{}' is outside of what the intermediate permits: {}",
                                              name.text(), join_names(constraints.permitted_dns)));
    }
}

void refuse_rate(const Asked& asked, int max_per_hour, Refusal& refusal) {
    if (asked.issued_in_last_hour >= max_per_hour) {
        refusal.reasons.push_back(
            fmt::format("{} certificates were issued for it within the last hour, max_per_hour is {}",
                        asked.issued_in_last_hour, max_per_hour));
    }
}

void refuse_validity(const Validity& validity, const Validity& intermediate, Time now, Refusal& refusal) {
    if (now < intermediate.not_before) {
        refusal.reasons.push_back(fmt::format("the intermediate is not valid before {}, and the clock says {}",
                                              format_time(intermediate.not_before), format_time(now)));
    } else if (validity.not_after < now + Lifetime::kLeast) {
        refusal.reasons.push_back(fmt::format("the intermediate ends at {}, and the clock says {}",
                                              format_time(intermediate.not_after), format_time(now)));
    }
}

}  // namespace

std::string join_names(const std::vector<DnsName>& names) {
    std::string joined;
    for (const DnsName& name : names) {
        joined += (joined.empty() ? "" : ", ") + name.text();
    }
    return joined;
}

std::vector<DnsName> not_permitted(const std::vector<DnsName>& names, const NameConstraints& constraints) {
    std::vector<DnsName> outside;
    std::copy_if(names.begin(), names.end(), std::back_inserter(outside),
                 [&](const DnsName& name) { return !constraints.permits(name); });
    return outside;
}

Validity leaf_validity(const Settings::Certificates& settings, const Validity& intermediate, Time now) {
    const Validity wanted = Validity::from(now - settings.backdate, settings.lifetime.value());
    return {std::max(wanted.not_before, intermediate.not_before), std::min(wanted.not_after, intermediate.not_after)};
}

Decision<Permitted> may_sign(const Asked& asked, const Inventory& inventory, const Settings::Certificates& settings,
                             const Authority& authority, Time now) {
    const Host* host = inventory.find(asked.host);
    if (host == nullptr) {
        return Refusal{{fmt::format("there is no host '{}' in the inventory", asked.host.text())}};
    }
    const Entry* entry = host->find(asked.entry);
    if (entry == nullptr) {
        return Refusal{{fmt::format("the host has no certificate '{}' in the inventory", asked.entry.text())}};
    }
    const Validity validity = leaf_validity(settings, authority.validity, now);
    Refusal refusal;
    refuse_key(asked, *host, refusal);
    refuse_names(*entry, authority.constraints, refusal);
    refuse_rate(asked, settings.max_per_hour, refusal);
    refuse_validity(validity, authority.validity, now, refusal);
    if (!refusal.reasons.empty()) {
        return refusal;
    }
    const Validity wanted = Validity::from(now - settings.backdate, settings.lifetime.value());
    return Permitted{{entry->names, validity}, validity.not_after < wanted.not_after};
}

}  // namespace halfday
