#include "ca/issuer/nearest_name.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "ca/base/error.hpp"
#include "ca/base/spelling.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostDistance = 2;

/// Where the last `count` labels begin; nothing when there are fewer.
std::optional<std::size_t> last_labels(std::string_view name, std::ptrdiff_t count) {
    std::size_t begin = name.size();
    for (; count > 0; --count) {
        if (begin == 0) {
            return std::nullopt;
        }
        const std::size_t dot = name.rfind('.', begin - 1);
        begin = dot == std::string_view::npos ? 0 : dot;
    }
    return begin == 0 ? 0 : begin + 1;
}

/// Null when none is of the address's kind.
const IpRange* nearest_range(const IpAddress& address, const std::vector<IpRange>& ranges) {
    const IpRange* nearest = nullptr;
    for (const IpRange& range : ranges) {
        const auto common = range.common_bits(address);
        if (common && (nearest == nullptr || *common > *nearest->common_bits(address))) {
            nearest = &range;
        }
    }
    return nearest;
}

}  // namespace

std::optional<DnsName> nearest_name(const DnsName& name, const std::vector<DnsName>& domains) {
    const std::string& text = name.text();
    std::optional<std::string> nearest;
    std::size_t least = kMostDistance + 1;
    for (const DnsName& domain : domains) {
        const auto begin = last_labels(text, std::count(domain.text().begin(), domain.text().end(), '.') + 1);
        if (!begin) {
            continue;
        }
        const std::size_t away = spelling_distance(text.substr(*begin), domain.text());
        if (away < least) {
            least = away;
            nearest = text.substr(0, *begin) + domain.text();
        }
    }
    try {
        return nearest ? std::optional(DnsName::parse(*nearest)) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;  // too long with the domain's letters
    }
}

std::string nearest_permitted(const GeneralName& name, const NameConstraints& permitted) {
    if (name.dns() != nullptr) {
        const auto nearest = nearest_name(*name.dns(), permitted.permitted_dns);
        return nearest && permitted.permits(*nearest) ? "'" + nearest->text() + "'" : "";
    }
    if (const IpRange* const range = nearest_range(*name.ip(), permitted.permitted_ip)) {
        return "an address in " + range->text();
    }
    return permitted.permitted_dns.empty() ? "" : "a DNS name in " + permitted.permitted_dns.front().text();
}

}  // namespace halfday
