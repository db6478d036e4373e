#include "distribute/trust/nss_list.hpp"

#include <algorithm>
#include <sstream>

namespace halfday {
namespace {

/// Three fields of trust letters.
bool is_trust(std::string_view word) {
    return std::count(word.begin(), word.end(), ',') == 2 &&
           word.find_first_not_of("pPcCTuw,") == std::string_view::npos;
}

}  // namespace

bool NssEntry::is_server_root() const { return trust.substr(0, trust.find(',')).find('C') != std::string::npos; }

std::vector<NssEntry> parse_nss_list(std::string_view text) {
    std::vector<NssEntry> entries;
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        line.erase(line.find_last_not_of(' ') + 1);
        const std::size_t at = line.find_last_of(' ');
        if (at == std::string::npos || !is_trust(std::string_view(line).substr(at + 1))) continue;
        const std::size_t end = line.find_last_not_of(' ', at);
        if (end != std::string::npos) entries.push_back({line.substr(0, end + 1), line.substr(at + 1)});
    }
    return entries;
}

}  // namespace halfday
