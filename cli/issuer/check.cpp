#include "ca/issuer/check.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ca/issuer/enrolment.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/issuer/commands.hpp"
#include "cli/issuer/json.hpp"

namespace halfday {

int run_check(const IssuerOptions& options, Time now) {
    require_owner_runs(options.places, "check");
    const auto findings = check_issuer(options.places, passphrase_source(options), now);
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(findings));
    } else {
        for (const Finding& finding : findings) {
            print_error(kProgram, finding.what, finding.hint);
        }
        if (findings.empty()) {
            fmt::print("settings, inventory, key, chain and ledger are fine\n");
        }
    }
    if (findings.empty()) {
        return kDone;
    }
    const bool configuration = std::any_of(findings.begin(), findings.end(),
                                           [](const Finding& finding) { return finding.kind == ErrorKind::usage; });
    return configuration ? kUsage : kFailed;
}

}  // namespace halfday
