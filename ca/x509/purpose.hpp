#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/x509/extension.hpp"

namespace halfday {

/// What a certificate is for: its extended key usage is serverAuth, or serverAuth and clientAuth.
enum class Purpose { server, server_and_client };

/// "server", "server+client".
[[nodiscard]] std::string to_text(Purpose purpose);
/// The reverse. Throws Error{usage}.
[[nodiscard]] Purpose parse_purpose(std::string_view text);

/// RFC 5280 4.2.1.12, not critical.
[[nodiscard]] Extension extended_key_usage(Purpose purpose);
/// The widest purpose that an issuer with this extended key usage (dotted OIDs) can give.
[[nodiscard]] Purpose widest_purpose(const std::vector<std::string>& extended_key_usage);

}  // namespace halfday
