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

std::vector<PolicyLine> lines_of(const CertificatePolicy& policy, const Settings& settings, const Host& host) {
    std::vector<PolicyLine> lines;
    const auto add = [&](const char* key, std::string value) {
        lines.push_back({key, std::move(value), source_of(key, settings, host)});
    };
    add("lifetime", format_duration(policy.lifetime.value()));
    lines.push_back({"lifetime at most", format_duration(Lifetime::kCeiling), "halfday"});
    add("renew_after", format_duration(policy.renew_after));
    add("backdate", format_duration(policy.backdate));
    add("max_per_hour", std::to_string(policy.max_per_hour));
    add("keys", fmt::format("{}", fmt::join(policy.keys, ", ")));
    add("purpose", to_text(policy.purpose));
    add("wildcards", to_text(policy.wildcards));
    add("domains", policy.domains.empty() ? "any" : NameConstraints{policy.domains}.text());
    add("addresses", policy.addresses.empty() ? "any" : NameConstraints{{}, policy.addresses}.text());
    return lines;
}

void add_authority(const Authority& authority, std::vector<PolicyLine>& lines) {
    lines.push_back({"permitted", authority.constraints.text(), "the intermediate"});
    lines.push_back({"purpose", to_text(authority.purpose), "the intermediate"});
    lines.push_back({"valid until", format_time(authority.validity.not_after), "the intermediate"});
    lines.push_back({"permitted", authority.root ? authority.root->text() : "any", "the root"});
}

}  // namespace

PolicyPage explain_policy(const Settings& settings, const Host& host, const Authority& authority) {
    const CertificatePolicy policy = policy_of(settings.certificates, host);
    PolicyPage page{host.name, lines_of(policy, settings, host), {}};
    add_authority(authority, page.lines);
    for (const Entry& entry : host.certificates) {
        page.entries.push_back({entry.name, entry.names, refuse_entry(entry.names, host.name, policy, authority)});
    }
    return page;
}

}  // namespace halfday
