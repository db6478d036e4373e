#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/x509/certificate.hpp"

namespace halfday {

/// A leaf or CA certificate first, then its issuers, without the root.
using Chain = std::vector<Certificate>;

/// 1 to 8 PEM certificates, white space and lines without "-----" between them allowed. Throws Error{corrupt}.
[[nodiscard]] Chain parse_chain(std::string_view pem);
[[nodiscard]] std::string to_pem(const Chain& chain);

enum class ChainFault {
    not_yet_valid,  // a certificate's notBefore is later than the clock: skew, if the rest holds
    expired,
    untrusted,  // no path to a trust anchor, a bad signature, constraints, purpose
};

struct ChainProblem {
    ChainFault fault;
    /// What and in which certificate, with both times for the first two; OpenSSL's own words for the third.
    std::string reason;
};

enum class ChainPurpose { server, certificate_authority };

/// Checks chain[0] up to one of `anchors` at `now` as RFC 5280 6.1 and OpenSSL's X509_V_FLAG_X509_STRICT want it, with
/// name constraints (and again as NameConstraints reads them), path lengths, signatures; for `server` extended key
/// usage serverAuth. Nothing when it holds. A time is reported only if all else holds, so that skew can be told from
/// forgery.
[[nodiscard]] std::optional<ChainProblem> verify_chain(const Chain& chain, const std::vector<Certificate>& anchors,
                                                       ChainPurpose purpose, Time now);

}  // namespace halfday
