#include "ca/issuer/policy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ca/issuer/nearest_name.hpp"

namespace halfday {
namespace {

void refuse_key(const Asked& asked, const Host& host, Refusal& refusal) {
    if (asked.key == host.identity) {
        refusal.reasons.emplace_back("the key to be certified is the host's identity key, which only signs messages");
    }
}

bool is_wildcard(const GeneralName& name) { return name.dns() != nullptr && name.dns()->is_wildcard(); }

/// "the intermediate permits example.org, not 'www.exmaple.org'; 'www.example.org' would pass".
std::string outside(std::string_view who, const NameConstraints& permitted, const GeneralName& name) {
    if (const auto excluded = permitted.excluded(name)) {
        const bool is_covered = !is_wildcard(name) || name.dns()->within(DnsName::parse(*excluded));
        return fmt::format("{} excludes {}, {} '{}'{}", who, *excluded, is_covered ? "and so" : "which is matched by",
                           name.text(), is_covered ? "" : "; names without a wildcard would pass");
    }
    std::string reason = fmt::format("{} permits {}, not '{}'", who, permitted.text(), name.text());
    if (const std::string nearest = nearest_permitted(name, permitted); !nearest.empty()) {
        reason += fmt::format("; {} would pass", nearest);
    }
    return reason;
}

/// What the policy says of names of this form; nothing at all is no limit.
NameConstraints limits_of(const CertificatePolicy& policy, const GeneralName& name) {
    return name.dns() != nullptr ? NameConstraints{policy.domains, {}} : NameConstraints{{}, policy.addresses};
}

/// "" for a name that all permit; else what the highest of those says who don't: what it takes to change it.
std::string refuse_name(const GeneralName& name, const HostName& host, const CertificatePolicy& policy,
                        const Authority& authority) {
    if (authority.root && !authority.root->permits(name)) {
        return outside("the root", *authority.root, name);
    }
    if (!authority.constraints.permits(name)) {
        return outside("the intermediate", authority.constraints, name);
    }
    const NameConstraints limits = limits_of(policy, name);
    if (limits != NameConstraints{} && !limits.permits(name)) {
        return outside("policy of " + host.text(), limits, name);
    }
    if (is_wildcard(name) && policy.wildcards == Wildcards::refused) {
        return fmt::format("policy of {} allows no wildcards, not '{}'; names without one would pass", host.text(),
                           name.text());
    }
    return "";
}

void refuse_algorithm(const std::string& algorithm, const HostName& host, const CertificatePolicy& policy,
                      Refusal& refusal) {
    if (std::find(policy.keys.begin(), policy.keys.end(), algorithm) == policy.keys.end()) {
        refusal.reasons.push_back(
            fmt::format("policy of {} allows {}, not {}", host.text(), fmt::join(policy.keys, ", "), algorithm));
    }
}

void refuse_purpose(const CertificatePolicy& policy, const HostName& host, const Authority& authority,
                    Refusal& refusal) {
    if (policy.purpose != Purpose::server && authority.purpose == Purpose::server) {
        refusal.reasons.push_back(fmt::format(
            "the intermediate is for servers alone, not for {} as policy of {} says; 'purpose: server' would pass",
            to_text(policy.purpose), host.text()));
    }
}

void refuse_policy(const HostName& host, const CertificatePolicy& policy, Refusal& refusal) {
    if (const auto fault = policy_fault(policy)) {
        refusal.reasons.push_back(fmt::format("policy of {}: {}", host.text(), *fault));
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

CertificatePolicy policy_of(const CertificatePolicy& settings, const Host& host) {
    return host.policy ? changed(settings, *host.policy) : settings;
}

Refusal refuse_entry(const std::vector<GeneralName>& names, const HostName& host, const CertificatePolicy& policy,
                     const Authority& authority) {
    Refusal refusal;
    for (const GeneralName& name : names) {
        if (std::string reason = refuse_name(name, host, policy, authority); !reason.empty()) {
            refusal.reasons.push_back(std::move(reason));
        }
    }
    refuse_policy(host, policy, refusal);
    refuse_purpose(policy, host, authority, refusal);
    return refusal;
}

Refusal refuse_renewal(const std::vector<GeneralName>& names, const std::string& key_algorithm, const HostName& host,
                       const CertificatePolicy& policy, const Authority& authority) {
    Refusal refusal = refuse_entry(names, host, policy, authority);
    refuse_algorithm(key_algorithm, host, policy, refusal);
    return refusal;
}

Validity leaf_validity(const CertificatePolicy& policy, const Validity& intermediate, Time now) {
    const Validity wanted = Validity::from(now - policy.backdate, policy.lifetime.value());
    return {std::max(wanted.not_before, intermediate.not_before), std::min(wanted.not_after, intermediate.not_after)};
}

Decision<Permitted> may_sign(const Asked& asked, const Inventory& inventory, const CertificatePolicy& settings,
                             const Authority& authority, Time now) {
    const Host* host = inventory.find(asked.host);
    if (host == nullptr) {
        return Refusal{{fmt::format("there is no host '{}' in the inventory", asked.host.text())}};
    }
    const Entry* entry = host->find(asked.entry);
    if (entry == nullptr) {
        return Refusal{{fmt::format("the host has no certificate '{}' in the inventory", asked.entry.text())}};
    }
    const CertificatePolicy policy = policy_of(settings, *host);
    const Validity validity = leaf_validity(policy, authority.validity, now);
    Refusal refusal = refuse_entry(entry->names, host->name, policy, authority);
    refuse_key(asked, *host, refusal);
    refuse_algorithm(asked.key.algorithm(), asked.host, policy, refusal);
    refuse_rate(asked, policy.max_per_hour, refusal);
    refuse_validity(validity, authority.validity, now, refusal);
    if (!refusal.reasons.empty()) {
        return refusal;
    }
    const Validity wanted = Validity::from(now - policy.backdate, policy.lifetime.value());
    return Permitted{{entry->names, validity, policy.purpose}, validity.not_after < wanted.not_after};
}

}  // namespace halfday
