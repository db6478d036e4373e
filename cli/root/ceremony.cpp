#include "cli/root/ceremony.hpp"

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/x509/digest.hpp"
#include "cli/common/terminal.hpp"

namespace halfday {
namespace {

constexpr std::uint8_t kRootInstance = 1;

}  // namespace

void refuse(const std::string& what, const Refusal& refusal, const std::string& hint) {
    throw Error(ErrorKind::io, what + ": " + refusal.text(), hint);  // any kind but usage: refused is 1
}

void NetworkGuard::look() {
    for (std::string& finding : find_network("/sys", "/proc")) {
        if (std::find(findings_.begin(), findings_.end(), finding) == findings_.end()) {
            findings_.push_back(std::move(finding));
        }
    }
}

void NetworkGuard::look_before() {
    const bool quiet = findings_.empty();
    look();
    if (const Verdict verdict = judge_network(findings_, policy_)) {
        refuse("this box has a network", *verdict, "unplug it, or pass --allow-network (the ceremony log will say so)");
    }
    if (quiet && !findings_.empty()) {
        print_warning(kProgram, "this box has a network: " + Refusal{findings_}.text(),
                      "it goes on because of --allow-network, and the ceremony log says so");
    }
}

Verdict NetworkGuard::look_after() {
    look();
    return judge_network(findings_, policy_);
}

NameConstraints parse_permitted(const std::vector<std::string>& texts) {
    NameConstraints permitted;
    for (const std::string& text : texts) {
        permit(permitted, text);
    }
    return permitted;
}

Serial fresh_serial() { return Serial::make(kRootInstance, random_bytes(15)); }

}  // namespace halfday
