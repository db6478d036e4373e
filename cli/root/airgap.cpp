#include "ca/root/airgap.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "cli/common/exit_status.hpp"
#include "cli/root/commands.hpp"

namespace halfday {

int run_airgap(Form form) {
    const NetworkFindings findings = find_network("/sys", "/proc");
    if (form == Form::json) {
        fmt::print("{}\n", nlohmann::ordered_json{{"network", findings}}.dump(2));
    } else if (findings.empty()) {
        fmt::print("no network: nothing but loopback is up, no default route, no open port\n");
    }
    for (const std::string& finding : form == Form::text ? findings : NetworkFindings{}) {
        fmt::print("{}\n", finding);
    }
    return findings.empty() ? kDone : kFailed;
}

}  // namespace halfday
