#include "ca/root/revocation.hpp"

#include <algorithm>
#include <iterator>

namespace halfday {
namespace {

bool is_of_key(RevocationReason reason) {
    return reason == RevocationReason::key_compromise || reason == RevocationReason::ca_compromise;
}

bool has(const std::vector<RevokedCertificate>& revoked, const std::string& serial) {
    return std::any_of(revoked.begin(), revoked.end(),
                       [&serial](const RevokedCertificate& each) { return each.serial_hex == serial; });
}

/// Whether the order means this one, or another one for the same key.
bool is_meant(const Certificate& each, const RevocationOrder& order, const std::vector<Certificate>& signed_ones) {
    const auto is_named = [&order](const Certificate& certificate) {
        return std::find(order.serials.begin(), order.serials.end(), certificate.serial_hex()) != order.serials.end();
    };
    return is_named(each) || (is_of_key(order.reason) &&
                              std::any_of(signed_ones.begin(), signed_ones.end(), [&](const Certificate& other) {
                                  return other.spki() == each.spki() && is_named(other);
                              }));
}

}  // namespace

std::vector<Certificate> signed_intermediates(const std::vector<LoggedRecord>& records, const Certificate& root) {
    std::vector<Certificate> found;
    for (const LoggedRecord& record : records) {
        for (const LoggedCertificate& each : record.certificates) {
            if (each.certificate && each.certificate->issuer_der() == root.subject_der() &&
                each.certificate->path_length() == 0) {
                found.push_back(*each.certificate);
            }
        }
    }
    return found;
}

std::vector<Crl> issued_crls(const std::vector<LoggedRecord>& records, const Certificate& root) {
    std::vector<Crl> found;
    for (const LoggedRecord& record : records) {
        if (!record.crl || record.crl->pem.empty()) {
            continue;
        }
        Crl crl = Crl::parse_pem(record.crl->pem);
        if (!crl_problem(crl, root)) {
            found.push_back(std::move(crl));
        }
    }
    return found;
}

Decision<std::vector<Certificate>> choose_revoked(const RevocationOrder& order,
                                                  const std::vector<Certificate>& signed_ones) {
    Refusal refusal;
    for (const std::string& serial : order.serials) {
        if (std::none_of(signed_ones.begin(), signed_ones.end(),
                         [&serial](const Certificate& each) { return each.serial_hex() == serial; })) {
            refusal.reasons.push_back("by its ceremony log this root signed no intermediate " + serial);
        }
    }
    if (!refusal.reasons.empty()) {
        return refusal;
    }
    std::vector<Certificate> chosen;
    for (const Certificate& each : signed_ones) {
        if (is_meant(each, order, signed_ones)) {
            chosen.push_back(each);
        }
    }
    return chosen;
}

Verdict check_not_compromised(const PublicKey& key, const std::vector<LoggedRecord>& records, const Certificate& root) {
    std::vector<Certificate> of_key = signed_intermediates(records, root);
    std::erase_if(of_key, [&key](const Certificate& each) { return each.spki() != key.spki(); });
    for (const Crl& crl : issued_crls(records, root)) {
        for (const Certificate& each : of_key) {
            const RevokedCertificate* const revoked = crl.find(each);
            if (revoked != nullptr && is_of_key(revoked->reason)) {
                return Refusal{{"the request's key is that of '" + each.subject() + "', serial " + revoked->serial_hex +
                                ", which was revoked at " + format_time(revoked->at) + " (" +
                                std::string(to_text(revoked->reason)) + ")"}};
            }
        }
    }
    return std::nullopt;
}

std::uint64_t next_crl_number(const std::vector<Crl>& before, Time now) {
    auto number = static_cast<std::uint64_t>(std::max<std::int64_t>(now.time_since_epoch().count(), 1));
    for (const Crl& each : before) {
        number = std::max(number, each.number() + 1);
    }
    return number;
}

CrlToBeSigned plan_crl(const std::vector<Certificate>& more, RevocationReason reason, const std::vector<Crl>& before,
                       const Certificate& root, Seconds next_update, Time now) {
    CrlToBeSigned tbs{.signature_algorithm = root.public_key().signature_algorithm(),
                      .issuer = root.subject_der(),
                      .authority_key_identifier = root.subject_key_identifier(),
                      .number = next_crl_number(before, now),
                      .this_update = now,
                      .next_update = std::min(now + next_update, root.not_after()),
                      .revoked = {}};
    for (const Crl& each : before) {
        std::copy_if(each.revoked().begin(), each.revoked().end(), std::back_inserter(tbs.revoked),
                     [&tbs](const RevokedCertificate& revoked) { return !has(tbs.revoked, revoked.serial_hex); });
    }
    for (const Certificate& each : more) {
        if (!has(tbs.revoked, each.serial_hex())) {
            tbs.revoked.push_back({each.serial_hex(), now, reason});
        }
    }
    return tbs;
}

}  // namespace halfday
