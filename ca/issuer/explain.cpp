#include "ca/issuer/explain.hpp"

#include <fmt/format.h>

namespace halfday {
namespace {

/// The host's file outweighs the settings', which outweigh the default.
std::string source_of(const char* key, const Settings& settings, const Host& host) {
    if (host.policy) {
        if (const auto found = host.policy->places.find(key); found != host.policy->places.end()) {
            return found->second;
        }
    }
    const auto found = settings.certificates_given.places.find(key);
    return found != settings.certificates_given.places.end() ? found->second : "default";
}

struct PolicyValue {
    const char* key;
    std::string value;
};

std::vector<PolicyValue> values_of(const CertificatePolicy& policy) {
    return {{"lifetime", format_duration(policy.lifetime.value())},
            {"renew_after", format_duration(policy.renew_after)},
            {"backdate", format_duration(policy.backdate)},
            {"max_per_hour", std::to_string(policy.max_per_hour)},
            {"keys", fmt::format("{}", fmt::join(policy.keys, ", "))},
            {"purpose", to_text(policy.purpose)},
            {"wildcards", to_text(policy.wildcards)},
            {"domains", policy.domains.empty() ? "any" : NameConstraints{policy.domains}.text()},
            {"addresses", policy.addresses.empty() ? "any" : NameConstraints{{}, policy.addresses}.text()}};
}

std::string wave_text(const ComingProfile& coming) { return fmt::format("wave {} of {}", coming.wave, coming.waves); }

PolicyLine line_of(const ComingProfile& coming) {
    const std::string text = coming.has_stopped ? "the one before, until the rollout is resumed"
                             : coming.by_before ? "the one before, until " + wave_text(coming)
                                                : "the new one, in " + wave_text(coming);
    return {"profile", text, "the rollout"};
}

/// The one before's, but for what follows the settings at once.
CertificatePolicy used_policy(const Settings& settings, const Host& host, const std::optional<ComingProfile>& coming) {
    if (!coming || !coming->by_before) {
        return policy_of(settings.certificates, host);
    }
    CertificatePolicy profile = coming->before;
    profile.renew_after = settings.certificates.renew_after;
    return policy_of(profile, host);
}

std::vector<PolicyLine> lines_of(const CertificatePolicy& used, const Settings& settings, const Host& host) {
    const auto coming = values_of(policy_of(settings.certificates, host));
    const auto values = values_of(used);
    std::vector<PolicyLine> lines;
    for (std::size_t at = 0; at < values.size(); ++at) {
        const std::string source = source_of(values[at].key, settings, host);
        if (values[at].value == coming[at].value) {
            lines.push_back({values[at].key, values[at].value, source});
        } else {
            lines.push_back({values[at].key, values[at].value, "the profile before"});
            lines.push_back({values[at].key, coming[at].value, source + ", the new profile"});
        }
        if (at == 0) {
            lines.push_back({"lifetime at most", format_duration(Lifetime::kCeiling), "halfday"});
        }
    }
    return lines;
}

/// While there are two profiles, what one of them refuses the other permits.
Refusal refusal_of(const Entry& entry, const Host& host, const Settings& settings, const Authority& authority,
                   const std::optional<ComingProfile>& coming) {
    const auto by = [&](const CertificatePolicy& profile) {
        return refuse_entry(entry.names, host.name, policy_of(profile, host), authority);
    };
    Refusal refusal = by(settings.certificates);
    return coming && by(coming->before).reasons.empty() ? Refusal{} : refusal;
}

void add_authority(const Authority& authority, std::vector<PolicyLine>& lines) {
    lines.push_back({"permitted", authority.constraints.text(), "the intermediate"});
    lines.push_back({"purpose", to_text(authority.purpose), "the intermediate"});
    lines.push_back({"valid until", format_time(authority.validity.not_after), "the intermediate"});
    lines.push_back({"permitted", authority.root ? authority.root->text() : "any", "the root"});
}

}  // namespace

PolicyPage explain_policy(const Settings& settings, const Host& host, const Authority& authority,
                          const std::optional<ComingProfile>& coming) {
    PolicyPage page{host.name, lines_of(used_policy(settings, host, coming), settings, host), {}};
    if (coming) {
        page.lines.insert(page.lines.begin(), line_of(*coming));
    }
    add_authority(authority, page.lines);
    for (const Entry& entry : host.certificates) {
        page.entries.push_back({entry.name, entry.names, refusal_of(entry, host, settings, authority, coming)});
    }
    return page;
}

}  // namespace halfday
