#pragma once

// Extensions and times as certificates and CRLs have them in common. For ca/x509's sources alone.

#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/x509/extension.hpp"
#include "ca/x509/openssl.hpp"

namespace halfday::x509 {

/// In order. A second one of the same kind is refused (RFC 5280 4.2), as it would be read by some and not by others.
/// Throws Error{corrupt} "WHAT: …".
[[nodiscard]] std::vector<Extension> read_extensions(const STACK_OF(X509_EXTENSION) * list, const char* what);
/// Throws Error{io}.
void add_extension(STACK_OF(X509_EXTENSION) * list, const Extension& extension);

/// UTCTime before 2050, GeneralizedTime from then on (RFC 5280 4.1.2.5 and 5.1.2.4). Throws Error{io}.
void set_time(ASN1_TIME* field, Time time);

/// Lower-case hex of a serial number, with a "-" before a negative one.
[[nodiscard]] std::string hex_of(const ASN1_INTEGER* serial);

}  // namespace halfday::x509
