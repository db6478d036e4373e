#include "ca/root/rotation.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "ca/root/ceremony.hpp"
#include "ca/sign/lint.hpp"
#include "ca/sign/signer.hpp"

namespace halfday {
namespace {

/// Whether all of `text` is refused; what is excluded within it is not looked at.
bool refuses_all(const NameConstraints& constraints, const std::string& text) {
    NameConstraints one;
    permit(one, text);
    const std::vector<std::string> outside = constraints.outside(one);
    return std::find(outside.begin(), outside.end(), text) != outside.end();
}

void check_valid(const Certificate& root, Time now, Refusal& refusal) {
    if (now < root.not_before() || now > root.not_after()) {
        refusal.reasons.push_back(fmt::format("'{}' is valid from {} to {}, and this box's clock says {}",
                                              root.subject(), format_time(root.not_before()),
                                              format_time(root.not_after()), format_time(now)));
    }
}

}  // namespace

NameConstraints permitted_by_both(const NameConstraints& one, const NameConstraints& other) {
    NameConstraints both;
    for (const NameConstraints* side : {&one, &other}) {
        for (const std::string& text : side->texts()) {
            if (!refuses_all(one, text) && !refuses_all(other, text)) {
                permit(both, text);
            }
        }
    }
    return both == NameConstraints{} ? both : inherited(inherited(both, one), other);
}

Decision<CrossProfile> plan_cross(const Certificate& subject, const Certificate& signer, Time now) {
    Refusal refusal;
    if (subject.public_key() == signer.public_key()) {
        refusal.reasons.emplace_back("the two roots have one key");
    }
    if (subject.subject_der() == signer.subject_der()) {
        refusal.reasons.emplace_back("the two roots have one name, and verifiers could not tell them apart");
    }
    check_valid(subject, now, refusal);
    check_valid(signer, now, refusal);
    CrossProfile profile{
        permitted_by_both(signer.name_constraints().value_or(NameConstraints{}),
                          subject.name_constraints().value_or(NameConstraints{})),
        {std::max(subject.not_before(), signer.not_before()), std::min(subject.not_after(), signer.not_after())}};
    if (profile.constraints.permitted_dns.empty()) {
        refusal.reasons.emplace_back("the two roots permit no domain in common");
    }
    if (!refusal.reasons.empty()) {
        return refusal;
    }
    return profile;
}

Decision<Certificate> sign_cross(const CrossProfile& profile, const Certificate& subject, const Certificate& signer,
                                 const PrivateKey& key, const Serial& serial, Time now) {
    require_roots_key(key, signer);
    Decision<LintedCertificate> linted = lint(
        cross_to_be_signed(profile, subject, signer, key.signature_algorithm(), serial), ProfileKind::cross, &signer);
    if (auto* refusal = std::get_if<Refusal>(&linted)) {
        return std::move(*refusal);
    }
    Certificate cross = sign_certificate(std::get<LintedCertificate>(std::move(linted)), key);
    require_verifies(cross, signer, now);
    return cross;
}

}  // namespace halfday
