#include "ca/x509/name_constraints.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "ca/base/error.hpp"
#include "ca/x509/general_names.hpp"
#include "ca/x509/syntax.hpp"

namespace halfday {
namespace {

using x509::dns_name;
using x509::ip_name;
using x509::require;

constexpr const char* kNoMemory = "out of memory";

void require_no_wildcard(const DnsName& domain) {
    if (domain.is_wildcard()) {
        throw Error(ErrorKind::usage, "'" + domain.text() + "' is no domain that can be permitted",
                    "permit '" + domain.text().substr(2) + "': that covers all names below it too");
    }
}

void add_subtree(STACK_OF(GENERAL_SUBTREE) * subtrees, x509::GeneralNamePtr base) {
    auto subtree = require(x509::GeneralSubtreePtr(GENERAL_SUBTREE_new()), kNoMemory);
    GENERAL_NAME_free(subtree->base);
    subtree->base = base.release();
    require(sk_GENERAL_SUBTREE_push(subtrees, subtree.get()) > 0, kNoMemory);
    static_cast<void>(subtree.release());
}

/// All addresses of a family.
const IpRange& every(bool is_v6) {
    static const IpRange kV4 = IpRange::parse("0.0.0.0/0");
    static const IpRange kV6 = IpRange::parse("::/0");
    return is_v6 ? kV6 : kV4;
}

bool permits_family(const NameConstraints& constraints, bool is_v6) {
    return std::any_of(constraints.permitted_ip.begin(), constraints.permitted_ip.end(),
                       [is_v6](const IpRange& range) { return range.is_v6() == is_v6; });
}

/// The families of which all addresses are excluded.
std::vector<IpRange> excluded_by(const NameConstraints& constraints) {
    std::vector<IpRange> excluded;
    for (const bool is_v6 : {false, true}) {
        if (!permits_family(constraints, is_v6)) excluded.push_back(every(is_v6));
    }
    return excluded;
}

/// A DNS name or an IP range without minimum and maximum, which RFC 5280 forbids.
using Subtree = std::variant<DnsName, IpRange>;

Subtree subtree_of(const GENERAL_SUBTREE& subtree) {
    const GENERAL_NAME* base = subtree.base;
    const bool is_bounded = subtree.minimum != nullptr || subtree.maximum != nullptr;
    if (base->type == GEN_IPADD && !is_bounded) {
        if (const auto range = IpRange::from_bytes(x509::view_of(base->d.iPAddress))) return *range;
    }
    const auto name = base->type == GEN_DNS && !is_bounded ? x509::name_of(base) : std::nullopt;
    const DnsName* const domain = name ? name->dns() : nullptr;
    if (domain == nullptr || domain->is_wildcard()) {
        throw Error(ErrorKind::corrupt,
                    "name constraints that speak of something other than DNS domains and IP ranges");
    }
    return *domain;
}

std::vector<Subtree> subtrees_of(const STACK_OF(GENERAL_SUBTREE) * all) {
    std::vector<Subtree> subtrees;
    for (int at = 0; at < sk_GENERAL_SUBTREE_num(all); ++at) {
        subtrees.push_back(subtree_of(*sk_GENERAL_SUBTREE_value(all, at)));
    }
    return subtrees;
}

void require_excluded(const std::vector<Subtree>& excluded, const NameConstraints& constraints) {
    std::vector<IpRange> found;
    for (const Subtree& subtree : excluded) {
        const auto* const range = std::get_if<IpRange>(&subtree);
        if (range == nullptr || (*range != every(false) && *range != every(true))) {
            throw Error(ErrorKind::corrupt, "name constraints that exclude something other than all IP addresses");
        }
        found.push_back(*range);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    if (found != excluded_by(constraints)) {
        throw Error(ErrorKind::corrupt,
                    "name constraints that neither permit some IP addresses of a family nor exclude all of it");
    }
}

template <class Subtrees, class Covers>
bool any_covers(const Subtrees& subtrees, Covers covers) {
    return std::any_of(subtrees.begin(), subtrees.end(), covers);
}

}  // namespace

bool NameConstraints::permits(const GeneralName& name) const {
    const DnsName* const dns = name.dns();
    const IpAddress* const address = name.ip();
    return (dns != nullptr && any_covers(permitted_dns, [&](const DnsName& each) { return dns->within(each); })) ||
           (address != nullptr &&
            any_covers(permitted_ip, [&](const IpRange& each) { return each.contains(*address); }));
}

std::vector<std::string> NameConstraints::outside(const NameConstraints& others) const {
    std::vector<std::string> found;
    for (const DnsName& domain : others.permitted_dns) {
        if (!permits(domain)) found.push_back(domain.text());
    }
    for (const IpRange& other : others.permitted_ip) {
        if (!any_covers(permitted_ip, [&](const IpRange& range) { return range.contains(other); })) {
            found.push_back(other.text());
        }
    }
    return found;
}

std::vector<std::string> NameConstraints::texts() const {
    std::vector<std::string> texts;
    for (const DnsName& domain : permitted_dns) texts.push_back(domain.text());
    for (const IpRange& range : permitted_ip) texts.push_back(range.text());
    return texts;
}

std::string NameConstraints::text() const {
    std::string joined;
    for (const std::string& each : texts()) joined += (joined.empty() ? "" : ", ") + each;
    return joined;
}

void permit(NameConstraints& constraints, std::string_view text) {
    const auto add = [](auto& list, auto value) {
        if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
    };
    if (text.find('/') != std::string_view::npos || looks_like_ip_address(text)) {
        return add(constraints.permitted_ip, IpRange::parse(text));
    }
    DnsName domain = DnsName::parse(text);
    require_no_wildcard(domain);
    add(constraints.permitted_dns, std::move(domain));
}

Extension name_constraints(const NameConstraints& constraints) {
    if (constraints.permitted_dns.empty()) {
        // An extension without a permitted DNS subtree would permit every name.
        throw Error(ErrorKind::usage, "name constraints need at least one permitted domain");
    }
    const auto all = require(x509::NameConstraintsPtr(NAME_CONSTRAINTS_new()), kNoMemory);
    all->permittedSubtrees = require(sk_GENERAL_SUBTREE_new_null(), kNoMemory);
    all->excludedSubtrees = require(sk_GENERAL_SUBTREE_new_null(), kNoMemory);
    for (const DnsName& domain : constraints.permitted_dns) {
        require_no_wildcard(domain);
        add_subtree(all->permittedSubtrees, dns_name(domain));
    }
    for (const IpRange& range : constraints.permitted_ip) {
        add_subtree(all->permittedSubtrees, ip_name(range.bytes()));
    }
    const std::vector<IpRange> excluded = excluded_by(constraints);
    for (const IpRange& range : excluded) {
        add_subtree(all->excludedSubtrees, ip_name(range.bytes()));
    }
    if (excluded.empty()) {
        // A SEQUENCE of none is not what the field allows: SIZE (1..MAX).
        sk_GENERAL_SUBTREE_free(std::exchange(all->excludedSubtrees, nullptr));
    }
    return {std::string(oid::kNameConstraints), true,
            x509::encode_item(reinterpret_cast<const ASN1_VALUE*>(all.get()), ASN1_ITEM_rptr(NAME_CONSTRAINTS))};
}

NameConstraints read_name_constraints(std::string_view value) {
    const auto all = x509::decode_item<x509::NameConstraintsPtr>(value, ASN1_ITEM_rptr(NAME_CONSTRAINTS));
    if (all == nullptr) throw Error(ErrorKind::corrupt, "malformed name constraints");
    NameConstraints constraints;
    for (const Subtree& subtree : subtrees_of(all->permittedSubtrees)) {
        if (const auto* const range = std::get_if<IpRange>(&subtree)) {
            constraints.permitted_ip.push_back(*range);
        } else {
            constraints.permitted_dns.push_back(std::get<DnsName>(subtree));
        }
    }
    if (constraints.permitted_dns.empty()) {
        throw Error(ErrorKind::corrupt, "name constraints that permit every DNS name");
    }
    require_excluded(subtrees_of(all->excludedSubtrees), constraints);
    return constraints;
}

}  // namespace halfday
