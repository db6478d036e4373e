#include "distribute/trust/root_check.hpp"

#include "ca/base/error.hpp"
#include "ca/x509/certificate_text.hpp"

namespace halfday {
namespace {

std::string what_it_lacks(const Certificate& certificate) {
    try {
        return certificate.name_constraints() ? "" : "it has no name constraints";
    } catch (const Error& error) {
        return std::string("it has ") + error.what();
    }
}

}  // namespace

Verdict check_root(const Certificate& certificate, Constraints constraints, Time now) {
    Refusal refusal;
    if (!is_self_signed(certificate)) {
        refusal.reasons.push_back("it is no root: '" + certificate.issuer() + "' signed it");
    }
    if (!certificate.is_ca()) refusal.reasons.emplace_back("it is not the certificate of an authority");
    if (now > certificate.not_after()) refusal.reasons.push_back("it ended " + format_time(certificate.not_after()));
    const std::string lacks = constraints == Constraints::required ? what_it_lacks(certificate) : "";
    if (!lacks.empty()) {
        refusal.reasons.push_back(lacks + ", so whoever has its key could speak for any name, a bank's too");
    }
    return refusal.reasons.empty() ? std::nullopt : Verdict(std::move(refusal));
}

}  // namespace halfday
