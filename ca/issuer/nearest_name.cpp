#include "ca/issuer/nearest_name.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostDistance = 2;  // a letter too much or too few, or two in the wrong order

/// Levenshtein's.
std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t at = 0; at < left.size(); ++at) {
        std::size_t diagonal = row[0];
        row[0] = at + 1;
        for (std::size_t to = 0; to < right.size(); ++to) {
            const std::size_t replaced = diagonal + (left[at] == right[to] ? 0 : 1);
            diagonal = row[to + 1];
            row[to + 1] = std::min({replaced, row[to] + 1, row[to + 1] + 1});
        }
    }
    return row[right.size()];
}

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
        const std::size_t away = distance(text.substr(*begin), domain.text());
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
        return nearest ? "'" + nearest->text() + "'" : "";
    }
    if (const IpRange* const range = nearest_range(*name.ip(), permitted.permitted_ip)) {
        return "an address in " + range->text();
    }
    return permitted.permitted_dns.empty() ? "" : "a DNS name in " + permitted.permitted_dns.front().text();
}

}  // namespace halfday
