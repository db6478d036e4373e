#pragma once

#include <string>
#include <string_view>

namespace halfday::x509 {

/// RFC 2253 with everything but printable ASCII escaped; "" for the empty Name. Throws Error{corrupt}.
[[nodiscard]] std::string describe_name(std::string_view name_der);
/// The bytes of the Name's one commonName, "" when it has none or several. Throws Error{corrupt}.
[[nodiscard]] std::string common_name_of(std::string_view name_der);

}  // namespace halfday::x509
