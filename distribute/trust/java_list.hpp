#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/x509/certificate.hpp"

namespace halfday {

/// The aliases under which `keytool -list -rfc` (in English) trusts this certificate.
[[nodiscard]] std::vector<std::string> java_aliases(std::string_view list, const Certificate& certificate);

}  // namespace halfday
