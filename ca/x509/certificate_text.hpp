#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/x509/certificate.hpp"

namespace halfday {

/// The DER of every certificate in a text that others wrote: all PEM blocks of that kind, or the one certificate that
/// the text is; nothing where there is none. They may be of forms that Certificate does not take (version 1, …). Throws
/// Error{corrupt} for malformed PEM.
[[nodiscard]] std::vector<std::string> certificates_in(std::string_view text);
/// Whether this certificate, byte for byte, is among them. Malformed PEM has none.
[[nodiscard]] bool holds(std::string_view text, const Certificate& certificate);

/// Whether the certificate names itself as its issuer and its own key signed it.
[[nodiscard]] bool is_self_signed(const Certificate& certificate);

}  // namespace halfday
