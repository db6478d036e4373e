#include "ca/issuer/fleet_profile.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "ca/base/error.hpp"
#include "ca/issuer/issuer_files.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostProfileBytes = 1024 * 1024;  // of parse_yaml

/// Members that are nothing where nothing is what they say: no domains, for any.
PolicyChange change_to(const CertificatePolicy& policy) {
    PolicyChange change{
        .lifetime = policy.lifetime, .backdate = policy.backdate, .keys = policy.keys, .wildcards = policy.wildcards};
    change.purpose = policy.purpose;
    if (!policy.domains.empty()) {
        change.domains = policy.domains;
    }
    if (!policy.addresses.empty()) {
        change.addresses = policy.addresses;
    }
    return change;
}

template <class T>
void keep_if_other(std::optional<T>& change, const T& ours, const T& theirs) {
    change = ours == theirs ? std::nullopt : std::optional(ours);
}

std::string file_text(const CertificatePolicy& policy) { return "certificates: {" + profile_text(policy) + "}\n"; }

std::string remedy(const IssuerFiles& files) {
    return fmt::format(
        "put back what certificates were issued by, as 'certificates: {{…}}' has it in halfday.yaml; or "
        "remove it and '{}': then the profile of halfday.yaml is in use at once, for all hosts",
        files.profile_rollout().string());
}

CertificatePolicy parse_profile(const std::string& yaml, const Path& file, const CertificatePolicy& settings) {
    YamlMap map = parse_yaml(yaml, file.string());
    YamlMap members = map.need("certificates").map();
    map.finish();
    const PolicyChange change = read_policy_change(members);
    members.finish();
    if (!change.lifetime || !change.backdate || !change.keys || !change.wildcards || !change.purpose) {
        members.fail("expected lifetime, backdate, keys, wildcards and purpose");
    }
    CertificatePolicy policy = changed({}, change);
    policy.max_per_hour = settings.max_per_hour;
    policy.renew_after = std::min(settings.renew_after, policy.lifetime.value() - policy.backdate - kRenewalMargin);
    if (policy.renew_after <= Seconds::zero()) {
        members.fail("expected: backdate + 1h is less than lifetime");
    }
    return policy;
}

}  // namespace

bool same_profile(const CertificatePolicy& left, const CertificatePolicy& right) {
    return left.lifetime == right.lifetime && left.backdate == right.backdate && left.keys == right.keys &&
           left.wildcards == right.wildcards && left.purpose == right.purpose && left.domains == right.domains &&
           left.addresses == right.addresses;
}

std::string profile_text(const CertificatePolicy& policy) { return to_yaml(change_to(policy)); }

std::string profile_difference(const CertificatePolicy& policy, const CertificatePolicy& other) {
    PolicyChange change;
    keep_if_other(change.lifetime, policy.lifetime, other.lifetime);
    keep_if_other(change.backdate, policy.backdate, other.backdate);
    keep_if_other(change.keys, policy.keys, other.keys);
    keep_if_other(change.wildcards, policy.wildcards, other.wildcards);
    keep_if_other(change.purpose, policy.purpose, other.purpose);
    keep_if_other(change.domains, policy.domains, other.domains);
    keep_if_other(change.addresses, policy.addresses, other.addresses);
    return "{" + to_yaml(change) + "}";
}

std::optional<CertificatePolicy> load_profile_before(const Places& places, const CertificatePolicy& settings) {
    const IssuerFiles files(places);
    const Path file = files.profile();
    try {
        if (const auto yaml = read_file_if_there(file, kMostProfileBytes)) {
            CertificatePolicy profile = parse_profile(*yaml, file, settings);
            return same_profile(profile, settings) ? std::nullopt : std::optional(std::move(profile));
        }
    } catch (const Error& error) {
        throw Error(ErrorKind::corrupt, fmt::format("cannot read the profile that is in use: {}", error.what()),
                    remedy(files));
    }
    if (std::filesystem::exists(files.profile_rollout())) {
        throw Error(
            ErrorKind::corrupt,
            fmt::format("'{}', the profile that is in use, is gone while a newer one is rolled out", file.string()),
            remedy(files));
    }
    return std::nullopt;
}

void save_profile(const Places& places, const CertificatePolicy& policy) {
    const IssuerFiles files(places);
    const std::string text = file_text(policy);
    if (read_file_if_there(files.profile(), kMostProfileBytes) != text) {
        replace_file(files.profile(), text, {.mode = 0600, .group = std::nullopt});
    }
    remove_file(files.profile_rollout());
}

}  // namespace halfday
