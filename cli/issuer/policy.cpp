#include <fmt/core.h>

#include "ca/exchange/host_lookup.hpp"
#include "ca/exchange/settings.hpp"
#include "ca/issuer/enrolment.hpp"
#include "ca/issuer/explain.hpp"
#include "ca/issuer/intermediate.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/issuer/commands.hpp"
#include "cli/issuer/json.hpp"

namespace halfday {
namespace {

void print_text(const PolicyPage& page) {
    std::vector<std::vector<std::string>> rows{{"WHAT", "VALUE", "FROM"}};
    for (const PolicyLine& line : page.lines) {
        rows.push_back({line.what, line.value, line.source});
    }
    fmt::print("{}\n", format_table(rows));
    for (const ExplainedEntry& entry : page.entries) {
        if (entry.refusal.reasons.empty()) {
            fmt::print("certificate {}: {}\n", entry.name.text(), join_names(entry.names));
        }
        for (const std::string& reason : entry.refusal.reasons) {
            fmt::print("certificate {}: refused: {}\n", entry.name.text(), reason);
        }
    }
}

}  // namespace

int run_policy_explain(const IssuerOptions& options, const std::string& name, Time now) {
    require_owner_runs(options.places, "policy explain HOST");
    const HostName host_name = HostName::parse(name);
    const Inventory inventory = read_inventory(options.places.hosts());
    const Host& host = host_of(inventory, host_name);
    const Settings settings = read_settings(options.places.settings());
    const auto coming = coming_profile(host.name, inventory, settings, options.places);
    const PolicyPage page =
        explain_policy(settings, host, load_authority(options.places, settings.issuer_key, now), coming);
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(page));
    } else {
        print_text(page);
    }
    return kDone;
}

}  // namespace halfday
