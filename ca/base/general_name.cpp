#include "ca/base/general_name.hpp"

namespace halfday {

GeneralName GeneralName::parse(std::string_view text) {
    if (looks_like_ip_address(text)) {
        return IpAddress::parse(text);
    }
    return DnsName::parse(text);
}

const std::string& GeneralName::text() const noexcept {
    const auto* const dns_name = dns();
    return dns_name != nullptr ? dns_name->text() : ip()->text();
}

std::string join_names(const std::vector<GeneralName>& names) {
    std::string joined;
    for (const GeneralName& name : names) {
        joined += (joined.empty() ? "" : ", ") + name.text();
    }
    return joined;
}

}  // namespace halfday
