#pragma once

#include <string>
#include <vector>

#include "ca/exchange/settings.hpp"
#include "ca/issuer/policy.hpp"

namespace halfday {

/// One value that has a say in what a host gets, and who said it: "default", "FILE:LINE", "the intermediate", "the
/// root", "halfday" for what no file can change.
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

/// The policy of one host on one page: what may_sign goes by.
[[nodiscard]] PolicyPage explain_policy(const Settings& settings, const Host& host, const Authority& authority);

}  // namespace halfday
