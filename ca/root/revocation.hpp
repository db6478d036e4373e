#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/refusal.hpp"
#include "ca/root/ceremony_record.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/crl.hpp"

namespace halfday {

// Which of its intermediates the root takes back. Clients of a web server see no CRL: issuer and receivers do.

constexpr auto kNextUpdate = std::chrono::days{100};  // a ceremony missed, and time to hold it again

/// The intermediates among what the ceremony log says that `root` signed and gave out.
[[nodiscard]] std::vector<Certificate> signed_intermediates(const std::vector<LoggedRecord>& records,
                                                            const Certificate& root);
/// The CRLs of `root` in the log that were given out. Throws Error{corrupt}.
[[nodiscard]] std::vector<Crl> issued_crls(const std::vector<LoggedRecord>& records, const Certificate& root);

/// What a person asks for when an intermediate is revoked.
struct RevocationOrder {
    std::vector<std::string> serials;  // hex, as Certificate::serial_hex
    RevocationReason reason = RevocationReason::unspecified;
};

/// The intermediates to revoke: those of `signed_ones` (what the ceremony log says that this root signed) with the
/// order's serials, and for keyCompromise and cACompromise all others for the same keys as well, since who has the key
/// can use them all. Refuses a serial that is not among them.
[[nodiscard]] Decision<std::vector<Certificate>> choose_revoked(const RevocationOrder& order,
                                                                const std::vector<Certificate>& signed_ones);

/// Refuses a key that an intermediate has which `root` revoked for keyCompromise or cACompromise, by its log: an old
/// request must not get a stolen key a new certificate.
[[nodiscard]] Verdict check_not_compromised(const PublicKey& key, const std::vector<LoggedRecord>& records,
                                            const Certificate& root);

/// One more than the greatest of `before`, or `now` in seconds since 1970 where that is more: so numbers grow even
/// where a restored backup has forgotten what went out since.
[[nodiscard]] std::uint64_t next_crl_number(const std::vector<Crl>& before, Time now);

/// The next CRL of `root`, valid from `now` to `now` + `next_update` or the root's end: everything that was revoked
/// `before`, as it was, and `more`. `before` are the CRLs that are known to have gone out.
[[nodiscard]] CrlToBeSigned plan_crl(const std::vector<Certificate>& more, RevocationReason reason,
                                     const std::vector<Crl>& before, const Certificate& root, Seconds next_update,
                                     Time now);

}  // namespace halfday
