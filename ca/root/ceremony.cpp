#include "ca/root/ceremony.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/sign/lint.hpp"
#include "ca/sign/signer.hpp"
#include "ca/x509/chain.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostNameBytes = 64;  // RFC 5280 appendix A, ub-common-name

using Reasons = std::vector<std::string>;

void check_name(const std::string& name, Reasons& reasons) {
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (name.empty() || name.size() > kMostNameBytes || !plain) {
        reasons.push_back(
            fmt::format("the name '{}' is not 1 to {} printable ASCII characters", printable(name), kMostNameBytes));
    }
}

void check_lifetime(Seconds lifetime, Reasons& reasons) {
    if (lifetime <= kCaBackdate || lifetime > kMostLifetime) {
        reasons.push_back(fmt::format("a lifetime of {} is not more than {} and at most {}", format_duration(lifetime),
                                      format_duration(kCaBackdate), format_duration(kMostLifetime)));
    }
}

/// Constraints without a DNS name would permit every one.
void check_permitted(const NameConstraints& permitted, Reasons& reasons) {
    if (permitted.permitted_dns.empty()) {
        reasons.emplace_back("no DNS name is permitted");
    }
}

void check_within(const NameConstraints& asked, const NameConstraints& root, Reasons& reasons) {
    for (const std::string& each : root.outside(asked)) {
        reasons.push_back(fmt::format("'{}' is outside what the root permits", each));
    }
}

void check_root_is_valid(const Certificate& root, Time now, Reasons& reasons) {
    if (now < root.not_before()) {
        reasons.push_back(fmt::format("the root is not valid before {}, and this box's clock says {}",
                                      format_time(root.not_before()), format_time(now)));
    }
    if (now > root.not_after()) {
        reasons.push_back(fmt::format("the root expired at {}, and this box's clock says {}",
                                      format_time(root.not_after()), format_time(now)));
    }
}

/// The commonName alone: subject() of a root that plan_root planned is "CN=" and it, with RFC 2253's backslashes.
std::string default_name(const Certificate& root, Time now) {
    std::string name = root.subject();
    name.erase(0, name.starts_with("CN=") ? 3 : 0);
    std::erase(name, '\\');
    const std::string rest = " intermediate " + format_time(now).substr(0, 10);
    return name.substr(0, kMostNameBytes - rest.size()) + rest;
}

Decision<Certificate> lint_and_sign(const ToBeSigned& tbs, ProfileKind kind, const Certificate* issuer,
                                    const PrivateKey& key) {
    Decision<LintedCertificate> linted = lint(tbs, kind, issuer);
    if (auto* refusal = std::get_if<Refusal>(&linted)) {
        return std::move(*refusal);
    }
    return sign_certificate(std::get<LintedCertificate>(std::move(linted)), key);
}

/// `made`, when it is a certificate, as a client of `root` sees it.
void require_verifies(const Decision<Certificate>& made, const Certificate& root, Time now) {
    const auto* certificate = std::get_if<Certificate>(&made);
    if (certificate == nullptr) {
        return;
    }
    if (const auto problem = verify_chain({*certificate}, {root}, ChainPurpose::certificate_authority, now)) {
        throw Error(ErrorKind::corrupt, "what was signed does not verify: " + problem->reason);
    }
}

}  // namespace

Decision<RootProfile> plan_root(const RootOrder& order, Time now) {
    Reasons reasons;
    check_name(order.name, reasons);
    check_lifetime(order.lifetime, reasons);
    check_permitted(order.permitted, reasons);
    if (!reasons.empty()) {
        return Refusal{std::move(reasons)};
    }
    return RootProfile{order.name, order.permitted, Validity::from(now - kCaBackdate, order.lifetime)};
}

Decision<IntermediatePlan> plan_intermediate(const IntermediateOrder& order, const PublicKey& requested,
                                             const Certificate& root, Time now) {
    Reasons reasons;
    const NameConstraints of_root = root.name_constraints().value_or(NameConstraints{});
    const std::string name = order.name.empty() ? default_name(root, now) : order.name;
    check_name(name, reasons);
    check_lifetime(order.lifetime, reasons);
    NameConstraints constraints = order.permitted == NameConstraints{} ? of_root : order.permitted;
    check_permitted(constraints, reasons);
    check_within(constraints, of_root, reasons);
    check_root_is_valid(root, now, reasons);
    if (requested == root.public_key()) {
        reasons.emplace_back("the request is for the root's own key");
    }
    if (!reasons.empty()) {
        return Refusal{std::move(reasons)};
    }
    Validity validity = Validity::from(std::max(now - kCaBackdate, root.not_before()), order.lifetime);
    const bool cut = validity.not_after > root.not_after();
    validity.not_after = std::min(validity.not_after, root.not_after());
    const bool is_long = validity.not_after - validity.not_before >= kLongIntermediate;  // the last second is in it
    return IntermediatePlan{IntermediateProfile{name, std::move(constraints), validity, order.purpose}, cut, is_long};
}

Decision<Certificate> sign_root(const RootProfile& profile, const PrivateKey& key, const Serial& serial) {
    const ToBeSigned tbs = root_to_be_signed(profile, key.public_key(), key.signature_algorithm(), serial);
    Decision<Certificate> made = lint_and_sign(tbs, ProfileKind::root, nullptr, key);
    if (const auto* root = std::get_if<Certificate>(&made)) {
        require_verifies(made, *root, profile.validity.not_before);
    }
    return made;
}

Decision<Certificate> sign_intermediate(const IntermediateProfile& profile, const PublicKey& requested,
                                        const Certificate& root, const PrivateKey& key, const Serial& serial,
                                        Time now) {
    if (!(key.public_key() == root.public_key())) {
        throw Error(ErrorKind::corrupt, "the root's key does not belong to the root's certificate",
                    "bring both back from the same backup");
    }
    const ToBeSigned tbs = intermediate_to_be_signed(profile, requested, root, key.signature_algorithm(), serial);
    Decision<Certificate> made = lint_and_sign(tbs, ProfileKind::intermediate, &root, key);
    require_verifies(made, root, now);
    return made;
}

}  // namespace halfday
