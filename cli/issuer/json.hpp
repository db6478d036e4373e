#pragma once

#include <string>
#include <vector>

#include "ca/issuer/check.hpp"
#include "ca/issuer/enrolment.hpp"
#include "ca/issuer/mint.hpp"
#include "ca/x509/certificate.hpp"

namespace halfday {

// What --json prints, in one line without its end. Members are only ever added.

/// {"key", "algorithm", "key_made", "log", "ledger_made", "request", "fingerprint"}
[[nodiscard]] std::string to_json(const IssuerRequest& made);
/// {"subject", "not_before", "not_after", "permitted": […]}
[[nodiscard]] std::string to_json(const Certificate& intermediate);
/// {"minted": [{"host", "entry", "serial", "names", "not_before", "not_after", "cut"}], "refused": [{"host", "entry",
/// "reasons"}], "waiting": [{"host", "entry"}], "published_again", "warnings"}; a dry run's serials are "".
[[nodiscard]] std::string to_json(const MintReport& report);
/// {"findings": [{"what", "hint"}]}
[[nodiscard]] std::string to_json(const std::vector<Finding>& findings);

}  // namespace halfday
