#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/exchange/settings.hpp"
#include "ca/issuer/policy.hpp"
#include "ca/issuer/profile_rollout.hpp"

namespace halfday {

/// One value that has a say in what a host gets, and who said it: "default", "FILE:LINE", "the intermediate", "the
/// root", "the rollout", "halfday" for what no file can change.
struct PolicyLine {
    std::string what;
    std::string value;
    std::string source;
};

/// What the inventory wants for one entry, and who refuses it.
struct ExplainedEntry {
    EntryName name;
    std::vector<GeneralName> names;
    Refusal refusal;  // no reasons: a request with a permitted key would be signed
};

struct PolicyPage {
    HostName host;
    std::vector<PolicyLine> lines;
    std::vector<ExplainedEntry> entries;
};

/// The policy of one host on one page: what may_sign goes by. While a newer profile is on its way, which one is in use
/// for the host, and what the newer says otherwise.
[[nodiscard]] PolicyPage explain_policy(const Settings& settings, const Host& host, const Authority& authority,
                                        const std::optional<ComingProfile>& coming = std::nullopt);

}  // namespace halfday
