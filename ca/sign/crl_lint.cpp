#include "ca/sign/crl_lint.hpp"

#include <algorithm>

#include "ca/base/error.hpp"

namespace halfday {

namespace {

using Reasons = std::vector<std::string>;

void lint_issuer(const CrlToBeSigned& tbs, const Certificate& root, Reasons& reasons) {
    if (tbs.issuer != root.subject_der()) reasons.emplace_back("its issuer's name is not the root's");
    if (tbs.authority_key_identifier != root.subject_key_identifier()) {
        reasons.emplace_back("its authority key identifier is not the root's");
    }
    if (tbs.signature_algorithm != root.public_key().signature_algorithm()) {
        reasons.emplace_back("its signature algorithm is not that of the root's key");
    }
}

void lint_times(const CrlToBeSigned& tbs, const Certificate& root, Reasons& reasons) {
    if (tbs.next_update <= tbs.this_update) reasons.emplace_back("its nextUpdate is not after its thisUpdate");
    if (tbs.next_update > root.not_after()) {
        reasons.push_back("its nextUpdate is " + format_time(tbs.next_update) + ", after the root's end at " +
                          format_time(root.not_after()));
    }
}

void lint_entries(const CrlToBeSigned& tbs, Reasons& reasons) {
    if (tbs.revoked.size() > Crl::kMostRevoked) {
        reasons.push_back("it has more than " + std::to_string(Crl::kMostRevoked) + " certificates");
    }
    std::vector<std::string> serials;
    for (const RevokedCertificate& revoked : tbs.revoked) serials.push_back(revoked.serial_hex);
    std::sort(serials.begin(), serials.end());
    const auto twice = std::adjacent_find(serials.begin(), serials.end());
    if (twice != serials.end()) reasons.push_back("it has the serial number " + *twice + " twice");
}

void lint_succession(const CrlToBeSigned& tbs, const Crl& before, Reasons& reasons) {
    if (tbs.number <= before.number()) {
        reasons.push_back("its number " + std::to_string(tbs.number) + " is not greater than that of the one before, " +
                          std::to_string(before.number()));
    }
    for (const RevokedCertificate& revoked : before.revoked()) {
        if (std::none_of(tbs.revoked.begin(), tbs.revoked.end(), [&revoked](const RevokedCertificate& each) {
                return each.serial_hex == revoked.serial_hex;
            })) {
            reasons.push_back(revoked.serial_hex + " was revoked, and would not be any more");
        }
    }
}

}  // namespace

Decision<LintedCrl> lint_crl(const CrlToBeSigned& tbs, const Certificate& root, const std::vector<Crl>& before) {
    Reasons reasons;
    lint_issuer(tbs, root, reasons);
    lint_times(tbs, root, reasons);
    lint_entries(tbs, reasons);
    for (const Crl& each : before) lint_succession(tbs, each, reasons);
    if (!reasons.empty()) return Refusal{std::move(reasons)};
    return LintedCrl(encode_crl_tbs(tbs), tbs.signature_algorithm, root);
}

}  // namespace halfday
