#include "distribute/trust/java_list.hpp"

#include "ca/x509/certificate_text.hpp"

namespace halfday {

std::vector<std::string> java_aliases(std::string_view list, const Certificate& certificate) {
    constexpr std::string_view kAlias = "Alias name: ";
    constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
    constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
    std::vector<std::string> aliases;
    std::size_t at = list.find(kAlias);
    while (at != std::string_view::npos) {
        const std::size_t next = list.find(kAlias, at + kAlias.size());
        const std::string_view entry =
            list.substr(at + kAlias.size(), next == std::string_view::npos ? next : next - at - kAlias.size());
        const std::size_t begin = entry.find(kBegin);
        const std::size_t end = entry.rfind(kEnd);
        const bool is_root = entry.find("trustedCertEntry") < begin;  // never a private key with its chain
        if (is_root && begin != std::string_view::npos && end != std::string_view::npos && end > begin &&
            holds(entry.substr(begin, end + kEnd.size() - begin), certificate)) {
            const std::string_view line = entry.substr(0, entry.find('\n'));
            aliases.emplace_back(line.substr(0, line.find_last_not_of("\r ") + 1));
        }
        at = next;
    }
    return aliases;
}

}  // namespace halfday
