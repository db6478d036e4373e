#include "ca/exchange/crls.hpp"

#include <algorithm>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

/// Why none of them signed it; nothing when one did. Of the root that has its name, else of them all.
std::optional<std::string> stranger(const Crl& crl, const std::vector<Certificate>& roots) {
    std::string why;
    for (const Certificate& root : roots) {
        const auto problem = crl_problem(crl, root);
        if (!problem) return std::nullopt;
        if (why.empty() || crl.issuer_der() == root.subject_der()) why = *problem;
    }
    return why.empty() ? "no root is pinned" : why;
}

bool is_of_same_root(const Crl& one, const Crl& other) {
    return one.issuer_der() == other.issuer_der() && one.authority_key_identifier() == other.authority_key_identifier();
}

/// Nothing is ever taken off a CRL here; so what is left out was forgotten, as by a ceremony log from a backup.
const RevokedCertificate* left_out(const Crl& arrived, const Crl& kept) {
    const auto& now = arrived.revoked();
    const auto found = std::find_if(kept.revoked().begin(), kept.revoked().end(), [&](const RevokedCertificate& each) {
        return std::none_of(now.begin(), now.end(),
                            [&](const auto& other) { return other.serial_hex == each.serial_hex; });
    });
    return found == kept.revoked().end() ? nullptr : &*found;
}

/// Whether it says that it is of one of them.
bool names_one_of(const Crl& crl, const std::vector<Certificate>& roots) {
    return std::any_of(roots.begin(), roots.end(), [&](const Certificate& root) {
        return crl.issuer_der() == root.subject_der() &&
               crl.authority_key_identifier() == root.subject_key_identifier();
    });
}

Refusal refusal(const Crl& arrived, const std::string& why) {
    return {{"CRL " + std::to_string(arrived.number()) + ": " + why}};
}

}  // namespace

Decision<Crls> take_crl(const Crls& kept, const Crl& arrived, const std::vector<Certificate>& roots) {
    if (const auto why = stranger(arrived, roots)) return refusal(arrived, *why);
    Crls crls = kept;
    const auto before =
        std::find_if(crls.begin(), crls.end(), [&](const Crl& each) { return is_of_same_root(each, arrived); });
    if (before == crls.end()) {
        crls.push_back(arrived);
    } else if (arrived.number() < before->number()) {
        return refusal(arrived, "a newer one is kept, " + std::to_string(before->number()));
    } else if (arrived.number() == before->number() && arrived != *before) {
        return refusal(arrived, "another one with this number is kept");
    } else if (const RevokedCertificate* const forgotten = left_out(arrived, *before)) {
        return refusal(arrived, "it leaves out " + forgotten->serial_hex + ", which CRL " +
                                    std::to_string(before->number()) +
                                    " revoked; sign another one with halfday-root crl --after that CRL");
    } else {
        *before = arrived;
    }
    return crls;
}

std::vector<std::string> revoked_in(const Chain& chain, const Crls& crls) {
    std::vector<std::string> reasons;
    for (const Certificate& certificate : chain) {
        for (const Crl& crl : crls) {
            const RevokedCertificate* const revoked = crl.find(certificate);
            if (revoked == nullptr) continue;
            reasons.push_back("'" + printable(certificate.subject()) + "', serial " + revoked->serial_hex +
                              ", was revoked at " + format_time(revoked->at) + " (" +
                              std::string(to_text(revoked->reason)) + ")");
        }
    }
    return reasons;
}

std::vector<std::string> overdue(const Crls& crls, Time now) {
    std::vector<std::string> lines;
    for (const Crl& crl : crls) {
        if (now <= crl.next_update()) continue;
        lines.push_back("CRL " + std::to_string(crl.number()) + " of '" + printable(crl.issuer()) +
                        "' was to be followed by another one " + describe_span(now - crl.next_update()) + " ago, at " +
                        format_time(crl.next_update()));
    }
    return lines;
}

Crls read_crls(const Path& file, const std::vector<Certificate>& roots) {
    const auto pem = read_file_if_there(file, kMostCrlsBytes);
    if (!pem) return {};
    try {
        Crls crls = parse_crls(*pem, kMostCrls);
        Crls of_roots;
        for (Crl& crl : crls) {
            const auto why = stranger(crl, roots);
            if (why && names_one_of(crl, roots)) throw Error(ErrorKind::corrupt, "CRL: " + *why);
            if (!why) of_roots.push_back(std::move(crl));
        }
        return of_roots;
    } catch (const Error& error) {
        throw Error(error.kind(), "'" + file.string() + "': " + error.what(), "move it away, and bring the newest CRL");
    }
}

std::string to_pem(const Crls& crls) {
    std::string pem;
    for (const Crl& crl : crls) pem += crl.pem();
    return pem;
}

}  // namespace halfday
