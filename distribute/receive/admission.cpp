#include "distribute/receive/admission.hpp"

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/exchange/refusal_reasons.hpp"
#include "ca/x509/extension.hpp"

namespace halfday {
namespace {

using Reasons = std::vector<std::string>;

void check_names(const Certificate& leaf, const Grant& grant, Reasons& reasons) {
    const std::vector<GeneralName> names = leaf.names();
    if (names.empty()) reasons.emplace_back("it has no name");
    if (leaf.other_name_count() > 0) reasons.emplace_back("it has names other than DNS names and IP addresses");
    for (const GeneralName& name : names) {
        if (std::find(grant.names.begin(), grant.names.end(), name) == grant.names.end()) {
            reasons.push_back("'" + name.text() + "' is not among the names that this host may serve as '" +
                              grant.entry.text() + "'");
        }
    }
}

void check_purpose(const Certificate& leaf, Purpose granted, Reasons& reasons) {
    const auto usage = leaf.extension(oid::kExtendedKeyUsage);
    const bool is_for_server = usage && usage->value == extended_key_usage(Purpose::server).value;
    const bool is_for_both = usage && usage->value == extended_key_usage(Purpose::server_and_client).value;
    if (!is_for_server && !(is_for_both && granted == Purpose::server_and_client)) {
        reasons.emplace_back(granted == Purpose::server
                                 ? "its extended key usage is not serverAuth alone"
                                 : "its extended key usage is not serverAuth, or that and clientAuth, alone");
    }
}

void check_form(const Certificate& leaf, Lifetime max_lifetime, Purpose purpose, Reasons& reasons) {
    if (leaf.is_ca()) reasons.emplace_back("it is a CA's certificate");
    check_purpose(leaf, purpose, reasons);
    const Seconds lifetime = leaf.not_after() - leaf.not_before() + Seconds{1};
    if (lifetime > max_lifetime.value()) {
        reasons.push_back("it lives " + format_duration(lifetime) + ", and this host allows " +
                          format_duration(max_lifetime.value()));
    }
    try {
        static_cast<void>(Serial::parse(leaf.serial_hex()));
    } catch (const Error& error) {
        reasons.push_back(std::string("its serial number is not one of ours: ") + error.what());
    }
}

/// Whether the leaf's key is the pending one; a key that is no acceptable one never is.
bool has_key(const Certificate& leaf, const std::optional<PublicKey>& pending) {
    try {
        return pending && *pending == leaf.public_key();
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

Admission may_install(const Chain& chain, const std::optional<PublicKey>& pending,
                      const std::optional<Certificate>& live, const Grant& grant, Lifetime max_lifetime,
                      const std::vector<Certificate>& roots, const Crls& crls, Time now) {
    const Certificate& leaf = chain.front();
    if (live && *live == leaf) return Acceptance::live_already;

    Reasons reasons;
    check_names(leaf, grant, reasons);
    check_form(leaf, max_lifetime, grant.purpose, reasons);
    const bool answers_pending = has_key(leaf, pending);
    if (!answers_pending) reasons.emplace_back(kNotThePendingKey);
    for (std::string& reason : revoked_in(chain, crls)) reasons.push_back(std::move(reason));
    const std::optional<ChainProblem> problem = verify_chain(chain, roots, ChainPurpose::server, now);
    if (!problem && reasons.empty()) return Acceptance::install;

    const bool is_ours = !problem || problem->fault != ChainFault::untrusted;
    const bool is_only_time = problem && is_ours && reasons.empty();
    const bool may_come_true = is_only_time && problem->fault == ChainFault::not_yet_valid;
    if (problem) reasons.push_back(problem->reason);
    return Rejection{is_only_time ? Outcome::skew : Outcome::refused, Refusal{std::move(reasons)},
                     is_ours && answers_pending && !may_come_true};
}

}  // namespace halfday
