#include "cli/common/inspect.hpp"

#include <fmt/core.h>

#include "cli/common/exit_status.hpp"
#include "cli/root/commands.hpp"

namespace halfday {
int run_inspect(const Path& file, Form form) {
    const Inspected inspected = read_inspected(file);
    if (form == Form::json) {
        fmt::print("{}", to_json(inspected, RequestFingerprint::kept_back));
        return kDone;
    }
    fmt::print("{}", describe(inspected, RequestFingerprint::kept_back));
    if (std::holds_alternative<Csr>(inspected)) {
        fmt::print("  (its fingerprint is on the issuer's screen; bring it on paper)\n");
    }
    return kDone;
}

}  // namespace halfday
