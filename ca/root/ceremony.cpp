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

void add(const Verdict& verdict, Reasons& reasons) {
    if (verdict) {
        reasons.insert(reasons.end(), verdict->reasons.begin(), verdict->reasons.end());
    }
}

/// Constraints without a DNS name would permit every one.
void check_constraints(const NameConstraints& constraints, Reasons& reasons) {
    if (constraints.permitted_dns.empty()) {
        reasons.emplace_back("no DNS name is permitted");
    }
    for (std::string& fault : constraints.faults()) {
        reasons.push_back(std::move(fault));
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

/// Why a client of `root` does not take `made`.
std::optional<std::string> problem_of(const Certificate& made, const Certificate& root, Time now) {
    const auto problem = verify_chain({made}, {root}, ChainPurpose::certificate_authority, now);
    return problem ? std::optional(problem->reason) : std::nullopt;
}

}  // namespace

void require_verifies(const Certificate& made, const Certificate& root, Time now) {
    if (const auto problem = problem_of(made, root, now)) {
        throw Error(ErrorKind::corrupt, "what was signed does not verify: " + *problem);
    }
}

Verdict check_ca_name(const std::string& name) {
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (!name.empty() && name.size() <= kMostNameBytes && plain) {
        return std::nullopt;
    }
    return Refusal{
        {fmt::format("the name '{}' is not 1 to {} printable ASCII characters", printable(name), kMostNameBytes)}};
}

Verdict check_ca_lifetime(Seconds lifetime) {
    if (lifetime > kCaBackdate && lifetime <= kMostLifetime) {
        return std::nullopt;
    }
    return Refusal{{fmt::format("a lifetime of {} is not more than {} and at most {}", format_duration(lifetime),
                                format_duration(kCaBackdate), format_duration(kMostLifetime))}};
}

Decision<RootProfile> plan_root(const RootOrder& order, Time now) {
    Reasons reasons;
    add(check_ca_name(order.name), reasons);
    add(check_ca_lifetime(order.lifetime), reasons);
    check_constraints(order.constraints, reasons);
    if (!reasons.empty()) {
        return Refusal{std::move(reasons)};
    }
    return RootProfile{order.name, order.constraints, Validity::from(now - kCaBackdate, order.lifetime)};
}

Decision<IntermediatePlan> plan_intermediate(const IntermediateOrder& order, const PublicKey& requested,
                                             const Certificate& root, Time now) {
    Reasons reasons;
    const NameConstraints of_root = root.name_constraints().value_or(NameConstraints{});
    const std::string name = order.name.empty() ? default_name(root, now) : order.name;
    add(check_ca_name(name), reasons);
    add(check_ca_lifetime(order.lifetime), reasons);
    NameConstraints constraints = inherited(order.constraints, of_root);
    check_constraints(constraints, reasons);
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

Decision<Certificate> try_root(const RootProfile& profile, const KeyAlgorithm& algorithm, const Serial& serial) {
    return sign_root(profile, PrivateKey::generate(algorithm), serial);
}

Decision<Certificate> sign_root(const RootProfile& profile, const PrivateKey& key, const Serial& serial) {
    const ToBeSigned tbs = root_to_be_signed(profile, key.public_key(), key.signature_algorithm(), serial);
    Decision<LintedCertificate> linted = lint(tbs, ProfileKind::root, nullptr);
    if (auto* refusal = std::get_if<Refusal>(&linted)) {
        return std::move(*refusal);
    }
    Certificate root = sign_certificate(std::get<LintedCertificate>(std::move(linted)), key);
    require_verifies(root, root, profile.validity.not_before);
    return root;
}

void require_roots_key(const PrivateKey& key, const Certificate& root) {
    if (!(key.public_key() == root.public_key())) {
        throw Error(ErrorKind::corrupt, "the root's key does not belong to the root's certificate",
                    "bring both back from the same backup");
    }
}

Decision<PreparedIntermediate> prepare_intermediate(const IntermediateProfile& profile, const PublicKey& requested,
                                                    const Certificate& root, const Serial& serial, Time now) {
    const ToBeSigned tbs =
        intermediate_to_be_signed(profile, requested, root, root.public_key().signature_algorithm(), serial);
    Decision<LintedCertificate> linted = lint(tbs, ProfileKind::intermediate, &root);
    if (auto* refusal = std::get_if<Refusal>(&linted)) {
        return std::move(*refusal);
    }
    Trial trial = sign_on_trial(std::get<LintedCertificate>(linted), root);
    if (const auto problem = problem_of(trial.certificate, trial.issuer, now)) {
        return Refusal{{"a client would not take it: " + *problem}};
    }
    return PreparedIntermediate{std::get<LintedCertificate>(std::move(linted)), std::move(trial.certificate)};
}

Certificate sign_intermediate(PreparedIntermediate&& prepared, const Certificate& root, const PrivateKey& key,
                              Time now) {
    PreparedIntermediate redeemed = std::move(prepared);
    require_roots_key(key, root);
    Certificate made = sign_certificate(std::move(redeemed.linted), key);
    if (made.tbs_der() != redeemed.trial.tbs_der()) {
        throw Error(ErrorKind::corrupt, "what was signed is not what was linted and shown");
    }
    require_verifies(made, root, now);
    return made;
}

}  // namespace halfday
