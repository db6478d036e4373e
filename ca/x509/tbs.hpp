#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/x509/extension.hpp"
#include "ca/x509/key.hpp"
#include "ca/x509/serial.hpp"

namespace halfday {

/// A TBSCertificate as values (RFC 5280 4.1.2), version 3. Names, keys and algorithms are DER.
struct ToBeSigned {
    Serial serial;
    std::string signature_algorithm;
    std::string issuer;
    Time not_before;
    Time not_after;
    std::string subject;
    std::string spki;
    std::vector<Extension> extensions;
    std::optional<PublicKey> key = std::nullopt;  // what the bytes of `spki` were taken from, where that is known
};

/// DER of the Name with one commonName (UTF8String), or of the empty Name for "".
[[nodiscard]] std::string encode_name(std::string_view common_name);
/// DER of the TBSCertificate; times are UTCTime before 2050 and GeneralizedTime from then on. Throws Error{io}.
[[nodiscard]] std::string encode_tbs(const ToBeSigned& tbs);
/// DER of the Certificate: the bytes that were signed, the algorithm, the signature.
[[nodiscard]] std::string encode_certificate(std::string_view tbs_der, std::string_view signature_algorithm,
                                             std::string_view signature);

}  // namespace halfday
