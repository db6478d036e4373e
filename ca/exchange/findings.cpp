#include "ca/exchange/findings.hpp"

#include <algorithm>

#include "ca/base/escape.hpp"

namespace halfday {
namespace {

template <class Take>
void for_each_line(std::string_view text, Take take) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (!line.empty()) take(line);
    }
}

}  // namespace

bool is_any_wrong(std::string_view findings) {
    bool is_wrong = false;
    for_each_line(findings, [&](std::string_view line) { is_wrong = is_wrong || line.starts_with(kWrongFinding); });
    return is_wrong;
}

std::string printable_findings(std::string_view findings) {
    std::string all;
    for_each_line(findings.substr(0, kMostFindingsBytes), [&](std::string_view line) {
        all += (all.empty() ? "" : "; ") + printable(line, kMostFindingsBytes);
    });
    return all;
}

}  // namespace halfday
