#pragma once

// Names as OpenSSL has them, for the extensions' sources alone.

#include <optional>
#include <string_view>

#include "ca/base/general_name.hpp"
#include "ca/x509/openssl.hpp"

namespace halfday::x509 {

[[nodiscard]] GeneralNamePtr dns_name(const DnsName& name);
/// Of an address's bytes, or of those of an address and its mask.
[[nodiscard]] GeneralNamePtr ip_name(std::string_view bytes);
/// Nothing for another kind of name, and for one that is not well formed.
[[nodiscard]] std::optional<GeneralName> name_of(const GENERAL_NAME* name);

}  // namespace halfday::x509
